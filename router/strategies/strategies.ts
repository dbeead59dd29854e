import type { Strategy as StrategyName } from '../../schemas/work.ts';
import { auto } from './auto.ts';
import { fixed } from './fixed.ts';
import { roundRobin } from './round-robin.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy by the name that configurations and requests call it by. */
export const strategies: Readonly<Record<StrategyName, Strategy>> = { fixed, round_robin: roundRobin, auto };
