import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolsFolder } from '../../src/routing/tools-folder.ts';
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

/** What is wrong with what the store knows of tools after a run that was taken to its end: each call that a router gave to a tool is counted, once. */
export async function lookAtTools(project: Project): Promise<string[]> {
  const layout = layoutOf(project);
  const folder = toolsFolder(layout);
  const run = await openReader({ folder: layout.run(project.runId).folder, name: 'run' });
  const tools = await openReader({ folder, name: 'tools' });
  try {
    const calls = run.query(
      "select step_attempt_id, tool_id from step_attempts where prompt_id is not null and json_extract(metadata, '$.check') is null",
    );
    const made = run.query("select payload from run_events where kind = 'route_decided'").length;
    const counted = new Set(tools.query('select attempt_id from tool_calls').map((row) => String(row['attempt_id'])));
    const sums = tools.query('select tool_id, calls from tools where calls > 0');
    const report = await verifyStore({ folder, name: 'tools' });
    return [
      ...calls
        .filter((row) => !counted.has(String(row['step_attempt_id'])))
        .map((row) => `a call of ${String(row['tool_id'])} is not counted`),
      ...sums
        .filter((sum) => sum['calls'] !== calls.filter((row) => row['tool_id'] === sum['tool_id']).length)
        .map((sum) => `${String(sum['calls'])} calls of ${String(sum['tool_id'])} are counted`),
      ...(counted.size === calls.length ? [] : [`${String(counted.size)} calls are counted, there were ${String(calls.length)}`]),
      ...(made === calls.length ? [] : [`${String(made)} decisions are recorded, there were ${String(calls.length)} calls`]),
      ...report.problems.map((problem) => `tools: ${problem.message}`),
    ];
  } finally {
    run.close();
    tools.close();
  }
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
