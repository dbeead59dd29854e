import type { RowSource } from '../../src/engine/restore.ts';
import type { Row } from '../../src/store/statement.ts';
import type { MadeWorkflow } from './made-workflow.ts';
import { checkRouting } from './stored-routing.ts';
import type { Witness } from './witness.ts';

const ended: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled', 'skipped']);
const runEnded: ReadonlySet<string> = new Set(['succeeded', 'canceled', 'quarantined']);

/** Everything that a store holds of a run. */
export interface Stored {
  readonly run: Row;
  readonly events: readonly Row[];
  readonly steps: ReadonlyMap<string, Row>;
  readonly attempts: readonly Row[];
  /** By the id of the actor. */
  readonly snapshots: ReadonlyMap<string, string>;
  readonly signals: ReadonlyMap<string, string>;
}

/**
 * Checks what a fresh opening finds: nothing acknowledged is missing, the events have no holes and tell the same story as the
 * rows, what is over stays over. Returns the broken promises in words.
 */
export async function checkStored(rows: RowSource, witness: Witness, made: MadeWorkflow, isOpening: boolean): Promise<string[]> {
  const stored = await read(rows);
  if (stored === null) return witness.events.size === 0 ? [] : ['the run was acknowledged and its row is lost'];
  return [
    ...checkAcknowledged(stored, witness),
    ...checkStory(stored),
    ...checkAttempts(stored),
    ...checkOutputs(stored, witness, made),
    ...checkSnapshots(stored),
    ...(made.routing.router === null ? [] : await checkRouting({ rows, stored, witness, made, isOpening })),
    ...(stored.run['ended_at'] === null ? [] : checkEnd(stored, made)),
  ];
}

async function read(rows: RowSource): Promise<Stored | null> {
  const [run] = await rows.query('select * from runs');
  if (run === undefined) return null;
  return {
    run,
    events: await rows.query('select sequence, event_id, kind, payload from run_events order by sequence'),
    steps: new Map((await rows.query('select * from steps')).map((row) => [String(row['step_id']), row])),
    attempts: await rows.query('select * from step_attempts order by sequence'),
    snapshots: new Map(
      (await rows.query('select actor_id, snapshot from snapshots')).map((row) => [
        String(row['actor_id']),
        String(row['snapshot']),
      ]),
    ),
    signals: new Map(
      (await rows.query('select signal_id, answer from signals')).map((row) => [String(row['signal_id']), String(row['answer'])]),
    ),
  };
}

function checkAcknowledged({ events, signals, steps }: Stored, witness: Witness): string[] {
  const broken: string[] = [];
  const stored = new Map(events.map((row) => [Number(row['sequence']), String(row['event_id'])]));
  for (const [sequence, id] of witness.events) {
    if (stored.get(sequence) !== id) broken.push(`event ${String(sequence)} was told and is lost`);
  }
  for (const [id, answer] of witness.answers) {
    if (signals.get(id) !== answer) broken.push(`the answer to signal ${id} was told and is lost`);
  }
  for (const [stepId, end] of witness.ends) {
    const state = steps.get(stepId)?.['state'];
    if (state !== end) broken.push(`${stepId} was said to have ended as ${end}, its row says ${String(state)}`);
  }
  return broken;
}

/** Follows the events from the first: a state is left from where it was entered, an end never; the rows agree with the last of them. */
function checkStory({ events, steps, run }: Stored): string[] {
  const broken: string[] = [];
  const states = new Map<string, string | null>();
  let runState = 'pending';
  events.forEach((row, index) => {
    if (row['sequence'] !== index + 1) broken.push(`event ${String(index + 1)} is missing`);
    const payload = JSON.parse(String(row['payload'])) as Record<string, string | null>;
    const { from, to } = payload;
    if (row['kind'] === 'step_state_changed') {
      const stepId = String(payload['step_id']);
      const was = states.get(stepId) ?? null;
      if (was !== (from ?? null) || ended.has(String(was)))
        broken.push(`${stepId} goes from ${String(from)} to ${String(to)}, but was ${String(was)}`);
      states.set(stepId, String(to));
    } else if (row['kind'] === 'run_started' || row['kind'] === 'run_state_changed') {
      if (runState !== from || runEnded.has(runState))
        broken.push(`the run goes from ${String(from)} to ${String(to)}, but was ${runState}`);
      runState = String(to);
    }
  });
  for (const [stepId, row] of steps) {
    if (row['state'] !== states.get(stepId))
      broken.push(`${stepId} is ${String(row['state'])}, its events say ${String(states.get(stepId))}`);
  }
  for (const [stepId, state] of states) if (!steps.has(stepId)) broken.push(`${stepId} is ${String(state)} and has no row`);
  if (run['state'] !== runState.split('.')[0]) broken.push(`the run is ${String(run['state'])}, its events say ${runState}`);
  return broken;
}

function checkAttempts({ attempts, steps, events }: Stored): string[] {
  const broken: string[] = [];
  const last = new Map<string, number>();
  attempts.forEach((row, index) => {
    const stepId = String(row['step_id']);
    const attempt = Number(row['attempt']);
    const isCheck = String(row['metadata']).includes('"check"');
    if (row['sequence'] !== index + 1) broken.push(`attempt number ${String(index + 1)} of the run is missing`);
    if (attempt !== (last.get(stepId) ?? 0) + (isCheck ? 0 : 1))
      broken.push(`attempt ${String(attempt)} of ${stepId} follows ${String(last.get(stepId))}`);
    last.set(stepId, attempt);
    const step = steps.get(stepId);
    const isOpen = row['ended_at'] === null;
    if (isOpen !== (row['state'] === 'running'))
      broken.push(`attempt ${stepId}.${String(attempt)} is ${String(row['state'])} and not`);
    const mayBeOpen = step !== undefined && !ended.has(String(step['state'])) && attempt === step['attempts'];
    if (isOpen && !mayBeOpen) broken.push(`attempt ${stepId}.${String(attempt)} was never closed`);
  });
  for (const [stepId, step] of steps) {
    if (Number(step['attempts']) !== (last.get(stepId) ?? 0))
      broken.push(`${stepId} counts ${String(step['attempts'])} attempts, has ${String(last.get(stepId))}`);
  }
  const count = (kind: string): number => events.filter((row) => row['kind'] === kind).length;
  const closed = attempts.filter((row) => row['ended_at'] !== null).length;
  if (count('tool_call_started') !== attempts.length) broken.push('attempts and their events differ in number');
  if (count('tool_call_completed') + count('tool_call_error') !== closed)
    broken.push('ended attempts and their events differ in number');
  return broken;
}

/** What a step is said to have written is what its tool wrote. */
function checkOutputs({ steps }: Stored, witness: Witness, { workflow }: MadeWorkflow): string[] {
  const declaring = workflow.steps.filter(
    ({ id, outputs }) => steps.get(id)?.['state'] === 'succeeded' && Object.keys(outputs).length > 0,
  );
  return declaring.flatMap(({ id }) => {
    const stored = String(steps.get(id)?.['outputs']);
    const written = JSON.stringify({ value: witness.outputOf(id) });
    return stored === written ? [] : [`${id} is stored with the outputs ${stored}, its tool wrote ${written}`];
  });
}

function checkSnapshots({ steps, snapshots, run }: Stored): string[] {
  const broken: string[] = [];
  for (const [stepId, step] of steps) {
    const isOpen = !ended.has(String(step['state']));
    if (isOpen !== snapshots.has(`step.${stepId}`))
      broken.push(`${stepId} is ${String(step['state'])}, and its snapshot is ${isOpen ? 'missing' : 'kept'}`);
  }
  const over = runEnded.has(String(run['state']));
  if (over === snapshots.has('run'))
    broken.push(`the run is ${String(run['state'])}, and its snapshot is ${over ? 'kept' : 'missing'}`);
  return broken;
}

function checkEnd({ run, steps, attempts }: Stored, { plan, workflow }: MadeWorkflow): string[] {
  const broken: string[] = [];
  for (const id of plan.ids) {
    const state = steps.get(id)?.['state'] ?? 'missing';
    if (!ended.has(String(state))) broken.push(`the run has ended, but ${id} is ${String(state)}`);
  }
  const counters = JSON.parse(String(run['counters'])) as Record<string, number>;
  const failures = attempts.filter((row) => row['state'] === 'failed').length;
  if (counters['step_attempts'] !== attempts.length)
    broken.push(`the run counts ${String(counters['step_attempts'])} attempts, there are ${String(attempts.length)}`);
  if (counters['errors'] !== failures)
    broken.push(`the run counts ${String(counters['errors'])} errors, there are ${String(failures)}`);
  const bad = workflow.steps.find(({ id, continueOnError }) => {
    const state = steps.get(id)?.['state'];
    return state === 'canceled' || (state === 'failed' && !continueOnError);
  });
  if (run['state'] === 'succeeded' && bad !== undefined) broken.push(`the run succeeded, but ${bad.id} did not`);
  // A run whose own timeout has passed fails even where every step that was left has been skipped.
  const mayTimeOut = workflow.timeoutMs !== null;
  if (run['state'] === 'failed' && bad === undefined && !mayTimeOut) broken.push('the run failed, but no step did');
  return broken;
}
