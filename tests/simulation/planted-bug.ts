import type { Patch } from './patch.ts';

/** A bug that the simulation has to find: what is wrong, and one call behind a port that makes it so. */
export interface PlantedBug {
  readonly name: string;
  readonly patch: () => Patch;
  /** What the promise that it breaks says; where it is not given, any will do. */
  readonly by?: RegExp;
  /** It is one in how a router picks tools, and what comes of that. */
  readonly isRouted?: boolean;
}
