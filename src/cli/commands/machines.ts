import type { MachineChart } from '../../../schemas/cli/machine-chart.ts';
import type { MachineList } from '../../../schemas/cli/machine-list.ts';
import { statesOf, transitionsOf } from '../../charts/chart.ts';
import type { Chart, ChartState, ChartTransition } from '../../charts/chart.ts';
import { chartOf } from '../../charts/chart-of.ts';
import { writeChart } from '../../charts/formats/formats.ts';
import { loadMachine } from '../../charts/load/load-machine.ts';
import { ownMachines } from '../../charts/load/own-machines.ts';
import { exitCodes, UserError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { outputLook } from '../look.ts';
import type { MachinesOptions } from '../options.ts';
import { formatTable } from '../render/table.ts';
import { writeResult } from '../write-result.ts';

/** `stateyard machines [MACHINE]`: the list of ours, or one chart; throws UserError where it cannot be loaded (exit 3, 4) or written (exit 1). */
export async function run(options: MachinesOptions, io: Io): Promise<ExitCode> {
  if (options.machine === null) await list(options, io);
  else await show(options.machine, options, io);
  return exitCodes.succeeded;
}

async function list({ json, format, out }: MachinesOptions, io: Io): Promise<void> {
  if (format !== null || out !== null) {
    const flag = format === null ? '--out' : '--format';
    throw new UserError(exitCodes.usage, 'missing_argument', `${flag} needs a MACHINE`, {
      hint: `for example: stateyard machines run ${format === null ? '--out run.txt' : `--format ${format}`}`,
    });
  }
  const charts = await Promise.all(
    [...ownMachines].map(async ([name, own]) => ({ name, own, chart: chartOf(await own.load()) })),
  );
  const machines: MachineList['machines'] = charts.map(({ name, own: { summary }, chart }) => ({
    name,
    version: chart.version,
    summary,
    states: statesOf(chart).length,
    transitions: transitionsOf(chart).length,
  }));
  if (json) printJson(io, { machines } satisfies MachineList);
  else io.stdout(table(machines, io));
}

function table(machines: MachineList['machines'], io: Io): string {
  const rows = machines.map(({ name, version, states, transitions, summary }) => [
    name,
    version ?? '-',
    String(states),
    String(transitions),
    summary,
  ]);
  return formatTable(
    [
      { heading: 'MACHINE' },
      { heading: 'VERSION' },
      { heading: 'STATES', align: 'right' },
      { heading: 'TRANSITIONS', align: 'right' },
      { heading: 'WHAT IT IS', mayShrink: true },
    ],
    rows,
    outputLook(io),
  );
}

async function show(ref: string, { format, out, json, quiet }: MachinesOptions, io: Io): Promise<void> {
  const { machine, assumptions } = await loadMachine(ref, io.cwd);
  const chart = chartOf(machine);
  // A program that asks for no format has the chart itself.
  const wanted = format ?? (json && out === null ? null : 'text');
  const text = wanted === null ? null : await writeChart(chart, wanted, assumptions);
  if (out !== null && text !== null) await writeResult(out, text, io);
  if (json) printJson(io, { ...document(chart), format: wanted, text: out === null ? text : null, out } satisfies MachineChart);
  else if (out === null) io.stdout(forOutput(text ?? '', io));
  else if (!quiet) io.stderr(`wrote ${sanitiseLine(out)}\n`);
}

/** The names in a chart are those of its author: a terminal gets none that could steer it, a file or a program each as it is. */
function forOutput(text: string, io: Io): string {
  if (!io.stdoutIsTTY) return text;
  const lines = text.split('\n').map((line) => sanitiseLine(line));
  return lines.join('\n');
}

function document(chart: Chart): Omit<MachineChart, 'format' | 'text' | 'out'> {
  return {
    machine: chart.id,
    version: chart.version,
    description: chart.description,
    states: statesOf(chart).map(stateDocument),
    transitions: transitionsOf(chart).map(transitionDocument),
  };
}

function stateDocument({ path, kind, initial, history, ...state }: ChartState): MachineChart['states'][number] {
  return {
    path,
    kind,
    initial,
    history,
    entry: [...state.entry],
    exit: [...state.exit],
    invokes: state.invokes.map(({ id, src }) => ({ id, src })),
    tags: [...state.tags],
    description: state.description,
  };
}

function transitionDocument(transition: ChartTransition): MachineChart['transitions'][number] {
  return { ...transition, targets: [...transition.targets], actions: [...transition.actions] };
}
