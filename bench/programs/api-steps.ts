/**
 * Steps that are functions of this program, through the public API: `node api-steps.mjs REQUEST`, the request as JSON (see {@link Request}). The workflow is
 * built as an object; the functions do nothing; everything else is as in any program with the library. Prints a {@link Report} as JSON.
 */
import { readFileSync } from 'node:fs';
import type { RunEvent, StepObject } from '../../src/api/contract.ts';
import { openStateyard } from '../../src/api/index.ts';

/** What to run, in the store `folder`. */
interface Request {
  readonly folder: string;
  readonly shape: 'fan-out' | 'chain';
  readonly steps: number;
  readonly atATime: number;
}

/** In milliseconds: from the call of `start` to the open run, from there to the end, and the first and last tenth of the steps' ends. */
interface Report {
  readonly openMs: number;
  readonly wallMs: number;
  readonly firstTenthMs: number;
  readonly lastTenthMs: number;
  readonly peakKib: number;
}

/** The most memory that this process had resident, in KiB: the kernel's VmHWM where there is one. */
function peakKib(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

const { folder, shape, steps: count, atATime } = JSON.parse(process.argv[2] ?? '{}') as Request;
const ends: number[] = [];
const onEvents = (events: readonly RunEvent[]): void => {
  for (const { kind, payload } of events)
    if (kind === 'step_state_changed' && payload['to'] === 'succeeded') ends.push(performance.now());
};
const yard = await openStateyard({ folder, onEvents });
yard.register('nothing', () => undefined);
const step = (index: number): StepObject => ({
  function: 'nothing',
  ...(shape === 'chain' && index > 0 ? { needs: `s${index - 1}` } : {}),
});
const steps = Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, step(index)]));

const asked = performance.now();
const live = await yard.start({ workflow: { name: shape, steps }, maxParallel: atATime });
const opened = performance.now();
const { state } = await live.finished;
if (state !== 'succeeded' || ends.length !== count) throw new Error(`the run ${state}, ${ends.length} of ${count} steps ended`);
await yard.close();

const at = (index: number): number => (index < 0 ? opened : (ends[index] ?? Number.NaN));
const tenth = Math.floor(count / 10);
const report: Report = {
  openMs: opened - asked,
  wallMs: at(count - 1) - opened,
  firstTenthMs: at(tenth - 1) - opened,
  lastTenthMs: at(count - 1) - at(count - tenth - 1),
  peakKib: peakKib(),
};
console.log(JSON.stringify(report));
