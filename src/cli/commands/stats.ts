import type { StatsReport } from '../../../schemas/cli/stats-report.ts';
import { exitCodes } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { readRunFigures } from '../../history/run-figures.ts';
import { measuredCalls, shownBreaker } from '../../history/tool-figures.ts';
import { readTools } from '../../routing/read-tools.ts';
import { storeLayout } from '../../store/layout.ts';
import type { StoreLayout } from '../../store/layout.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { locateStore } from '../locate-store.ts';
import { outputLook } from '../look.ts';
import type { StatsOptions } from '../options.ts';
import { renderStats } from '../render-stats.ts';

/** `stateyard stats`: a store without runs, or none at all, has zeros. */
export async function run(options: StatsOptions, io: Io): Promise<ExitCode> {
  const report = await statsReport(storeLayout(locateStore(options, io).folder));
  if (options.json) printJson(io, report);
  else io.stdout(renderStats(report, outputLook(io), Date.now()));
  return exitCodes.succeeded;
}

async function statsReport(layout: StoreLayout): Promise<StatsReport> {
  const [figures, records] = [await readRunFigures(layout), await readTools(layout)];
  const tools = records.map((record) => ({
    tool_id: record.toolId,
    breaker: shownBreaker(record),
    figures: measuredCalls(record),
  }));
  return {
    store: layout.root,
    ...figures,
    tools,
    open_breakers: tools.filter(({ breaker }) => breaker.state !== 'closed').map(({ tool_id: toolId }) => toolId),
    cost_usd: records.reduce((sum, { costUsd }) => sum + costUsd, 0),
  };
}
