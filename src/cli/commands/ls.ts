import type { RunListItem } from '../../../schemas/cli/run-list.ts';
import { exitCodes } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { overviewRuns } from '../../history/run-overview.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import { storeLayout } from '../../store/layout.ts';
import { formatTime } from '../format-time.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { locateStore } from '../locate-store.ts';
import { outputLook } from '../look.ts';
import type { LsOptions } from '../options.ts';
import { formatDuration } from '../render/duration.ts';
import { formatTable } from '../render/table.ts';
import type { Cell, Column } from '../render/table.ts';
import { stateStyle } from '../state-style.ts';

const columns: readonly Column[] = [
  { heading: 'RUN' },
  { heading: 'WORKFLOW', mayShrink: true },
  { heading: 'STATE' },
  { heading: 'STARTED' },
  { heading: 'TOOK', align: 'right' },
  { heading: 'STEPS', align: 'right' },
];

/** `stateyard ls`: a store without runs, or none at all, is an empty list. */
export async function run(options: LsOptions, io: Io): Promise<ExitCode> {
  const place = locateStore(options, io);
  const filter = {
    limit: options.limit,
    ...(options.state === null ? {} : { state: options.state }),
    ...(options.workflow === null ? {} : { workflow: options.workflow }),
    ...(options.project === null ? {} : { project: options.project }),
  };
  const runs = await overviewRuns(storeLayout(place.folder), filter, Date.now());
  if (options.json) printJson(io, { runs });
  else if (runs.length > 0) io.stdout(formatTable(columns, runs.map(row), outputLook(io)));
  else if (!options.quiet) io.stderr(`no ${isFiltered(options) ? 'such ' : ''}runs in ${place.folder}\n`);
  return exitCodes.succeeded;
}

function row(item: RunListItem): Cell[] {
  return [
    item.run_id,
    sanitiseLine(item.workflow),
    { text: item.state, style: stateStyle(item.state) },
    formatTime(item.started_at),
    item.duration_ms === null ? '-' : formatDuration(item.duration_ms),
    `${item.steps_done ?? '?'}/${item.steps_total}`,
  ];
}

function isFiltered({ state, workflow, project }: LsOptions): boolean {
  return state !== null || workflow !== null || project !== null;
}
