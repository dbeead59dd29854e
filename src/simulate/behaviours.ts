import type { RunRouting } from '../routing/run-routing.ts';
import { timeoutSecondsOf } from '../../router/queries.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import type { Step, Value, ValueType } from '../workflow/model.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Wishes } from './wishes.ts';

/** What a simulated tool does in one of its executions. */
export interface Behaviour {
  readonly durationMs: number;
  readonly outcome: Outcome;
  /** What it writes; null where it fails. */
  readonly outputs: Readonly<Record<string, Value>> | null;
}

/** What behaviours follow from. */
export interface BehaviourSource {
  readonly seed: SeededRandom;
  readonly wishes: Wishes;
  readonly routing: RunRouting;
}

const shortestMs = 1000;
const longestMs = 30_000;
const longestCheckMs = 3000;
const longestAnswerMs = 60_000;
/** A duration that nobody asked for stays below this share of every timeout, so that a step runs out of time only where a wish says so. */
const timeoutShare = 0.8;

/**
 * What the tool of a step does in the `start`-th of its executions (from 1 on), by seed and wishes alone: executions are counted as tools are
 * started, so that an attempt which a crash took before its tool began changes nothing.
 */
export function behaviourOf(
  { seed, wishes, routing }: BehaviourSource,
  step: Step,
  { start, toolId }: { readonly start: number; readonly toolId: string | null },
): Behaviour {
  const random = seed.fork(`${step.id}#${String(start)}`);
  const drawnMs = drawMs(random, [shortestMs, longestMs], boundMs(routing, step, toolId));
  const durationMs = wishes.durationsMs.get(step.id) ?? drawnMs;
  if (random.chance(wishes.failures.get(step.id) ?? 0)) {
    const exitCode = step.retry.onExitCodes?.[0] ?? 1;
    return { durationMs, outcome: { kind: 'exitNonZero', exitCode }, outputs: null };
  }
  const wished = wishes.outputs.get(step.id);
  const outputs = Object.fromEntries(
    Object.entries(step.outputs).map(([name, type]) => [name, wished?.get(name) ?? drawValue(random.fork(name), type)]),
  );
  return { durationMs, outcome: { kind: 'succeeded', exitCode: 0 }, outputs };
}

/** What a check of a step's result does: it finds nothing wrong. */
export function checkBehaviourOf({ seed }: BehaviourSource, step: Step, name: string): Behaviour {
  const durationMs = drawMs(seed.fork(`${step.id}/${name}`), [100, longestCheckMs], step.timeoutMs);
  return { durationMs, outcome: { kind: 'succeeded', exitCode: 0 }, outputs: null };
}

/** How a person answers a step, and how long that takes, in milliseconds. */
export function answerOf(
  { seed, wishes }: BehaviourSource,
  step: Step,
): { readonly delayMs: number; readonly approves: boolean } {
  const drawnMs = drawMs(seed.fork(`${step.id}?`), [shortestMs, longestAnswerMs], step.timeoutMs);
  return { delayMs: wishes.durationsMs.get(step.id) ?? drawnMs, approves: wishes.answers.get(step.id) ?? true };
}

function boundMs({ router, tasks }: RunRouting, step: Step, toolId: string | null): number | null {
  const draft = tasks.get(step.id)?.draft;
  const seconds =
    router === null || draft === undefined || toolId === null ? null : timeoutSecondsOf(router.config, draft, toolId);
  const bounds = [step.timeoutMs, step.stepTimeoutMs, seconds === null ? null : seconds * 1000].flatMap((bound) => bound ?? []);
  return bounds.length === 0 ? null : Math.min(...bounds);
}

/** In tenths of a second where there is room for them. */
function drawMs(random: SeededRandom, [least, most]: readonly [number, number], limitMs: number | null): number {
  const drawnMs = random.between(least / 100, most / 100) * 100;
  return limitMs === null ? drawnMs : Math.max(1, Math.min(drawnMs, Math.floor(limitMs * timeoutShare)));
}

function drawValue(random: SeededRandom, type: ValueType): Value {
  if (type === 'boolean') return random.chance(0.5);
  if (type === 'integer') return random.between(0, 99);
  if (type === 'number') return random.between(0, 9999) / 100;
  return `simulated-${String(random.between(1000, 9999))}`;
}
