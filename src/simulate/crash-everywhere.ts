import { invariant } from '../errors.ts';
import type { Moment } from './moment.ts';
import { simulateRest, simulateRun, type SimulatedRun, type SimulatedStep, type SimulationSetup } from './simulate-run.ts';

/** A crash after which the run did not come to the same end. */
export interface CrashProblem extends Pick<Moment, 'kind' | 'record' | 'atMs'> {
  /** The number of the last event of the history that was on disk; null where no engine came so far as to say it. */
  readonly afterEvent: number | null;
  readonly differences: readonly string[];
}

/** What crashing everywhere has shown. */
export interface CrashTrial {
  /** How many crashes were tried, each from a copy of the run as it was in that moment. */
  readonly crashes: number;
  /** Those whose other end is as the workflow has it: a step says `on_interrupted: fail`, or a call that was cut short used up a budget. */
  readonly asWritten: number;
  /** The first few; none: every run came to the same end. */
  readonly problems: readonly CrashProblem[];
}

/** After so many problems no further crash is tried. */
const mostProblems = 3;

/**
 * Simulates a run once more, and lets its engine crash in a copy of each of its moments: as soon as a record is on disk, and again when all that
 * follows from the record is under way. Another engine takes each copy up, and each end is compared with that of `whole`, the run without a crash:
 * the state of the run, state and outputs of each step, and how often each tool was started, so that no attempt that had begun was made again.
 * `onCrash` is told after each, of how many there were.
 */
export async function crashEverywhere(
  setup: SimulationSetup,
  whole: SimulatedRun,
  onCrash: (crashes: number) => void,
): Promise<CrashTrial> {
  const problems: CrashProblem[] = [];
  let asWritten = 0;
  let crashes = 0;
  const again = await simulateRun(setup, async (moment) => {
    if (problems.length === mostProblems) return;
    crashes += 1;
    const tried = await tryCrash(setup, whole, moment);
    if (tried === 'asWritten') asWritten += 1;
    else if (tried !== null) problems.push(tried);
    onCrash(crashes);
  });
  const same = differencesOf(whole, again);
  invariant(same.length === 0, `the same simulation came to two ends: ${same.join('; ')}`);
  return { crashes, asWritten, problems };
}

async function tryCrash(setup: SimulationSetup, whole: SimulatedRun, moment: Moment): Promise<CrashProblem | 'asWritten' | null> {
  const { kind, record, atMs } = moment;
  try {
    const run = await simulateRest(setup, moment);
    if (kind === 'recorded' && endsAsWritten(setup, run)) return 'asWritten';
    const differences = differencesOf(whole, run);
    return differences.length === 0 ? null : { kind, record, atMs, afterEvent: run.openedAfter, differences };
  } catch (error) {
    // That what a crash has left cannot be taken up is what is looked for here: it is told with its place, not as a fault of this program.
    const message = error instanceof Error ? error.message : String(error);
    return { kind, record, atMs, afterEvent: null, differences: [`the run could not be carried on: ${message}`] };
  }
}

/** What is not the same at the end of two runs of one setup, in words; `whole` is the one without a crash. */
export function differencesOf(whole: SimulatedRun, run: SimulatedRun): string[] {
  const ended = run.state === whole.state ? [] : [`the run ended ${run.state}, not ${whole.state}`];
  return [...ended, ...stepDifferences(whole, run), ...startDifferences(whole, run)];
}

function stepDifferences(whole: SimulatedRun, run: SimulatedRun): string[] {
  const before = new Map(whole.steps.map((step) => [step.stepId, step]));
  const after = new Map(run.steps.map((step) => [step.stepId, step]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((stepId) => {
    const [was, is] = [before.get(stepId), after.get(stepId)];
    if (stateOf(was) !== stateOf(is)) return [`${stepId} ended ${stateOf(is)}, not ${stateOf(was)}`];
    if (was?.outputs !== is?.outputs) return [`${stepId} wrote ${is?.outputs ?? 'nothing'}, not ${was?.outputs ?? 'nothing'}`];
    return was?.reason === is?.reason ? [] : [`${stepId} ended so because of ${reasonOf(is)}, not ${reasonOf(was)}`];
  });
}

function startDifferences(whole: SimulatedRun, run: SimulatedRun): string[] {
  const canceled = new Set(run.steps.filter(({ state }) => state === 'canceled').map(({ stepId }) => stepId));
  return [...new Set([...whole.starts.keys(), ...run.starts.keys()])].flatMap((name) => {
    const [was, is] = [whole.starts.get(name) ?? 0, run.starts.get(name) ?? 0];
    // Whether a step that is canceled had begun is a matter of the moment in which that happens.
    if (was === is || canceled.has(name.split('/')[0] ?? name)) return [];
    return [`${name} was started ${times(is)}, not ${times(was)}`];
  });
}

/**
 * Nobody can know of an attempt that a crash took before its tool began that it did not begin: its step has to fail where it says so, and its call counts
 * where calls are counted.
 */
function endsAsWritten({ workflow, routing }: SimulationSetup, { state, steps }: SimulatedRun): boolean {
  if (state === 'paused' && routing.meters.length > 0 && steps.some((step) => step.state === 'held')) return true;
  const failing = new Set<string>(workflow.steps.filter(({ onInterrupted }) => onInterrupted === 'fail').map(({ id }) => id));
  return steps.some((step) => failing.has(step.stepId) && step.state === 'failed' && step.reason === 'interrupted');
}

function stateOf(step: SimulatedStep | undefined): string {
  return step === undefined ? 'without having been reached' : step.state;
}

function reasonOf(step: SimulatedStep | undefined): string {
  return step?.reason ?? 'nothing';
}

function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}
