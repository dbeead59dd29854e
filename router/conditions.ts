import type { PhaseSpec } from '../schemas/phase-spec.ts';
import type { ToolFigures } from '../schemas/route-decision.ts';

/** What the phase says about tools. `allowedTools`: null where it does not say; an empty list allows none. */
export interface PhaseTools {
  readonly allowedTools: readonly string[] | null;
  readonly disallowedTools: readonly string[];
}

/** What a phase says about tools; null where there is no phase. */
export function phaseToolsOf(phase: PhaseSpec | null): PhaseTools | null {
  return phase === null ? null : { allowedTools: phase.allowed_tools ?? null, disallowedTools: phase.disallowed_tools ?? [] };
}

/** What is so at this moment: everything that a decision depends on beside configuration, request and phase. */
export interface RouteConditions {
  /** Tools whose attempts are used up for this step. */
  readonly spent: readonly string[];
  /** The tool of the attempt before: kept while nothing cuts it. */
  readonly current: string | null;
  /** By tool, why its program cannot be started. */
  readonly missing: ReadonlyMap<string, string>;
  /** By tool whose breaker lets nothing through, the detail for the reader. */
  readonly open: ReadonlyMap<string, string>;
  /** By tool that is at its `max_parallel`, the detail for the reader. */
  readonly full: ReadonlyMap<string, string>;
  /** The turn that is stored under `turnKeyOf`, for round_robin: a whole number from 0; 0 where none is stored. */
  readonly turn: number;
  /** For auto, which draws: a whole number from 0 to 2 ** 32 - 1. */
  readonly seed: number;
  /** What is known of the tools' calls, for auto; a tool that was never called may be left out. */
  readonly figures: Readonly<Record<string, ToolFigures>>;
}
