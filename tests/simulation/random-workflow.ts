import { planWorkflow, type MadeWorkflow } from './made-workflow.ts';
import { randomRouting, type StepText } from './random-routing.ts';
import type { SeededRandom } from '../../src/simulate/seeded-random.ts';

/** A workflow of 1 to 12 steps with whatever the format offers, made from text by the real loader; in some tools are picked by a router. */
export function randomWorkflow(random: SeededRandom): MadeWorkflow {
  const size = random.chance(0.6) ? random.between(1, 5) : random.between(5, 12);
  const plain: Record<string, StepText> = {};
  for (let index = 0; index < size; index++) plain[`s${String(index)}`] = randomStep(random, index, plain);
  addObstacle(random.fork('obstacle'), plain);
  const settings = {
    name: 'simulated',
    on_failure: random.pick(['fail_fast', 'continue', 'continue', 'escalate']),
    ...(random.chance(0.1) ? { timeout: `${String(random.between(3, 60))}s` } : {}),
  };
  const { steps, budget, router, missing } = randomRouting(random.fork('routing'), plain);
  const text = JSON.stringify({ ...settings, ...(budget === null ? {} : { budget }), steps });
  return planWorkflow(text, random.between(1, 4), { router, missing });
}

/** A condition that cannot be told: the step fails in the moment in which it is dispatched. */
function addObstacle(random: SeededRandom, plain: Record<string, StepText>): void {
  const ids = Object.keys(plain) as [string, ...string[]];
  const id = random.pick(ids);
  if (random.chance(0.06)) plain[id] = { ...plain[id], if: "${{ fromJSON('{') == 1 }}" };
}

function randomStep(random: SeededRandom, index: number, before: Readonly<Record<string, StepText>>): StepText {
  const needs: string[] = [];
  for (let other = 0; other < index; other++) if (random.chance(1.3 / index)) needs.push(`s${String(other)}`);
  const condition = randomCondition(
    random,
    needs.filter((need) => before[need]?.outputs !== undefined),
  );
  const common = { ...(needs.length > 0 ? { needs } : {}), ...(condition === null ? {} : { if: condition }) };
  if (random.chance(0.06)) return { ...common, ...randomQuestion(random) };
  return {
    command: ['work', `s${String(index)}`],
    ...common,
    ...(random.chance(0.25) ? { timeout: `${String(random.between(1, 6))}s` } : {}),
    ...(random.chance(0.08) ? { step_timeout: `${String(random.between(2, 12))}s` } : {}),
    ...(random.chance(0.5) ? { retry: randomRetry(random) } : {}),
    ...(random.chance(0.3) ? { outputs: { value: 'number' } } : {}),
    ...(random.chance(0.2) ? { continue_on_error: true } : {}),
    ...(random.chance(0.15) ? { on_interrupted: 'fail' } : {}),
  };
}

function randomQuestion(random: SeededRandom): StepText {
  const timed = { timeout: `${String(random.between(1, 20))}s`, default: random.pick(['approve', 'reject']) };
  return { approve: 'Go on?', ...(random.chance(0.4) ? timed : {}), ...(random.chance(0.3) ? { continue_on_error: true } : {}) };
}

function randomCondition(random: SeededRandom, withOutputs: readonly string[]): string | null {
  const [first] = withOutputs;
  if (first !== undefined && random.chance(0.3)) return `\${{ steps.${first}.outputs.value < 50 }}`;
  if (random.chance(0.8)) return null;
  return random.pick(['${{ always() }}', '${{ failure() }}', '${{ success() }}', '${{ 1 == 2 }}']);
}

function randomRetry(random: SeededRandom): object {
  return {
    attempts: random.between(2, 4),
    backoff: random.pick(['fixed', 'exponential']),
    delay: `${String(random.between(100, 2000))}ms`,
    max_delay: '3s',
    jitter: random.chance(0.5),
    ...(random.chance(0.3) ? { on_exit_codes: [1, 75] } : {}),
  };
}
