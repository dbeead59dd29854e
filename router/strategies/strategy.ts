import type { ToolFigures } from '../../schemas/route-decision.ts';

/** What a strategy may go by. */
export interface StrategyState {
  /** All tools of the tier, in order; those that were cut are among them. */
  readonly tier: readonly string[];
  /** A whole number from 0. */
  readonly turn: number;
  /** A whole number from 0 to 2 ** 32 - 1. */
  readonly seed: number;
  readonly figures: Readonly<Record<string, ToolFigures>>;
}

/** The tool that was picked, why in words, and what of the state it came from: null or empty where it played no part. */
export interface Pick {
  readonly toolId: string;
  readonly because: string;
  readonly turn: number | null;
  readonly seed: number | null;
  readonly figures: Readonly<Record<string, ToolFigures>>;
}

/** A way to pick one of several tools. */
export interface Strategy {
  /**
   * Picks one of `tools`, which are those of the tier that were not cut, in its order. The same tools and state give the same pick, and
   * so does the state that the pick names.
   */
  pick(tools: readonly [string, ...string[]], state: StrategyState): Pick;
}
