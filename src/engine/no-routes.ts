import { InvariantError } from '../errors.ts';
import type { RoutePort } from './ports.ts';

const unasked = (): never => {
  throw new InvariantError('a run without tasks asked for a tool');
};

/** The port of a run in which nothing is routed. */
export const noRoutes: RoutePort = {
  route: unasked,
  enter: unasked,
  reclaim: unasked,
  settle: unasked,
  refute: unasked,
  release: unasked,
  close: () => Promise.resolve(),
};
