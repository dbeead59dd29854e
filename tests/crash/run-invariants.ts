import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openReader, type StoreReader } from '../../src/store/reader.ts';
import { listRuns } from '../../src/store/run-index.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { verifyStore } from '../../src/store/verify.ts';
import { layoutOf, type Project } from './engine-life.ts';

/** An event as an engine acknowledged it. */
export interface ToldEvent {
  readonly sequence: number;
  readonly event_id: string;
  readonly kind: string;
  readonly payload: object;
}

/** What a test looks at after a life: the project, and all that its engines ever called safe. */
export interface Evidence {
  readonly project: Project;
  readonly told: readonly ToldEvent[];
}

const neverStarted = 'before the program of the attempt was started';
const ends = new Set(['succeeded', 'failed', 'canceled', 'skipped']);

/** The lines that tools have written: `STEP ATTEMPT ATTEMPT-ID` each, once an execution. */
export function executions({ folder }: Project): string[] {
  const file = join(folder, 'trace');
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

/** What is wrong with a store that an engine left behind, before anyone recovers it: as sentences, none when all is well. */
export async function lookAtWreck(evidence: Evidence): Promise<string[]> {
  const { project, told } = evidence;
  const { folder } = layoutOf(project).run(project.runId);
  let reader: StoreReader;
  try {
    reader = await openReader({ folder, name: 'run' });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const mayBeMissing = error.kind === 'missing' && told.length === 0 && executions(project).length === 0;
    return mayBeMissing ? [] : [`the store cannot be opened: ${error.message}`];
  }
  try {
    const ran = executions(project);
    if (reader.sequence === 0) return told.length + ran.length === 0 ? [] : ['the store is empty'];
    const recorded = new Set(reader.query('select step_id, attempt, step_attempt_id from step_attempts').map(lineOf));
    return [
      ...lostEvents(reader, told),
      ...holes(reader),
      ...ran.filter((line) => !recorded.has(line)).map((line) => `${line} ran without a record`),
      ...doubles(ran).map((line) => `${line} ran twice`),
    ];
  } finally {
    reader.close();
  }
}

/** What is wrong with a run that was taken to its end. `executed` false: its tools left no trace. */
export async function lookAtEnd(evidence: Evidence, executed = true): Promise<string[]> {
  const problems = await lookAtWreck(evidence);
  const { project } = evidence;
  const layout = layoutOf(project);
  const { folder } = layout.run(project.runId);
  const reader = await openReader({ folder, name: 'run' });
  try {
    problems.push(...restarts(reader), ...unfinished(reader));
    if (executed) problems.push(...miscounts(reader, executions(project)));
  } finally {
    reader.close();
  }
  for (const place of [
    { folder, name: 'run' as const },
    { folder: layout.root, name: 'index' as const },
  ]) {
    const report = await verifyStore(place);
    // The index is a cache, which an engine in trouble may not have come to make; the list of runs below must be right without it.
    const found = report.problems.filter((problem) => place.name === 'run' || problem.kind !== 'missing');
    problems.push(...found.map((problem) => `${place.name}: ${problem.message}`));
  }
  const [row] = await listRuns(layout);
  if (row?.state !== 'succeeded') problems.push(`the index says ${String(row?.state)}`);
  return problems;
}

function lineOf(row: Readonly<Record<string, unknown>>): string {
  return `${String(row['step_id'])} ${String(row['attempt'])} ${String(row['step_attempt_id'])}`;
}

function lostEvents(reader: StoreReader, told: readonly ToldEvent[]): string[] {
  const stored = new Map(
    reader.query('select sequence, event_id, kind, payload from run_events').map((row) => [Number(row['sequence']), row]),
  );
  return told.flatMap((event) => {
    const row = stored.get(event.sequence);
    const same =
      row?.['event_id'] === event.event_id && row['kind'] === event.kind && row['payload'] === JSON.stringify(event.payload);
    return same ? [] : [`event ${String(event.sequence)} (${event.kind}) was acknowledged and is lost`];
  });
}

function holes(reader: StoreReader): string[] {
  const [row] = reader.query(
    'select count(*) as n, coalesce(min(sequence), 1) as first, coalesce(max(sequence), 0) as last from run_events',
  );
  return row?.['first'] === 1 && row['n'] === row['last'] ? [] : ['the sequence of events has a hole'];
}

function doubles(lines: readonly string[]): string[] {
  return lines.filter((line, at) => lines.indexOf(line) !== at);
}

/** A step's end is the last that its history knows of it. */
function restarts(reader: StoreReader): string[] {
  const ended = new Set<string>();
  const problems: string[] = [];
  for (const row of reader.query('select kind, payload from run_events order by sequence')) {
    const { step_id: step, to } = JSON.parse(String(row['payload'])) as { step_id?: string; to?: string };
    if (step === undefined) continue;
    if (ended.has(step)) problems.push(`${step} went on after its end (${String(row['kind'])})`);
    if (row['kind'] === 'step_state_changed' && ends.has(to ?? '')) ended.add(step);
  }
  return problems;
}

function unfinished(reader: StoreReader): string[] {
  const [run] = reader.query('select state from runs');
  const open = reader.query("select step_id, state from steps where state <> 'succeeded'");
  const problems = open.map((row) => `step ${String(row['step_id'])} is ${String(row['state'])}`);
  return run?.['state'] === 'succeeded' ? problems : [...problems, `the run is ${String(run?.['state'])}`];
}

/** Every recorded attempt ran exactly once, save one that was recorded and whose engine ended before it could start it. */
function miscounts(reader: StoreReader, ran: readonly string[]): string[] {
  return reader.query('select step_id, attempt, step_attempt_id, state, metadata from step_attempts').flatMap((row) => {
    const line = lineOf(row);
    const expected = String(row['metadata']).includes(neverStarted) ? 0 : 1;
    const found = ran.filter((each) => each === line).length;
    return found === expected
      ? []
      : [`${line} (${String(row['state'])}) ran ${String(found)} times, recorded for ${String(expected)}`];
  });
}
