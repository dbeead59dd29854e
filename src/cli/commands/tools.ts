import { dirname, resolve } from 'node:path';
import { appOf, breakerSettingsOf, capabilitiesOf, commandOf, limitsOf, toolsOf } from '../../../router/queries.ts';
import type { ListedTool, ToolList } from '../../../schemas/cli/tool-list.ts';
import type { App } from '../../../schemas/router-config.ts';
import { exitCodes, invariant } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { busySlots, type ToolSource } from '../../history/present-tools.ts';
import { measuredCalls, shownBreaker } from '../../history/tool-figures.ts';
import { findMissingPrograms } from '../../routing/installed.ts';
import { readTools, type ToolRecord } from '../../routing/read-tools.ts';
import { loadRouterConfig, locateRouterFile } from '../../routing/router-file.ts';
import { storeLayout } from '../../store/layout.ts';
import { findProgram } from '../../tools/program.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { locateStore } from '../locate-store.ts';
import { outputLook } from '../look.ts';
import type { ToolsOptions } from '../options.ts';
import { renderTools } from '../render-tools.ts';

/** `stateyard tools`: the tools of the configuration that a workflow without one of its own would use here. */
export async function run(options: ToolsOptions, io: Io): Promise<ExitCode> {
  const layout = storeLayout(locateStore(options, io).folder);
  const { cwd } = io;
  const source = await locateRouterFile({ given: options.router, workflowFile: null, storeFolder: layout.root, cwd });
  const config = loadRouterConfig(source);
  const folder = source.origin === 'shipped' ? cwd : dirname(resolve(cwd, source.path));
  const records = new Map((await readTools(layout)).map((record) => [record.toolId, record]));
  const busy = await busySlots(layout, config, toolsOf(config));
  const missing = findMissingPrograms(config, folder)(toolsOf(config));
  const list: ToolList = {
    router: { path: source.path, origin: source.origin },
    store: layout.root,
    tools: toolsOf(config).map((toolId) => ({
      ...configured(toolId, { config, folder }, missing.get(toolId) ?? null),
      ...measured(toolId, { config, folder }, records.get(toolId)),
      busy: busy.get(toolId) ?? 0,
    })),
  };
  if (options.json) printJson(io, list);
  else io.stdout(renderTools(list, outputLook(io), Date.now()));
  return exitCodes.succeeded;
}

function configured(
  toolId: string,
  { config, folder }: ToolSource,
  problem: string | null,
): Omit<ListedTool, 'busy' | 'breaker' | 'figures'> {
  const app = appOf(config, toolId);
  invariant(app !== null, `the configuration lists ${toolId}`);
  const { maxParallel = null, timeoutSeconds = null } = limitsOf(config, toolId) ?? {};
  const { taskKinds = null, domains = null } = capabilitiesOf(config, toolId) ?? {};
  return {
    tool_id: toolId,
    kind: app.kind,
    command: [...(commandOf(config, toolId) ?? [])],
    program: problem === null ? pathOf(app, folder) : null,
    problem,
    task_kinds: taskKinds === null ? null : [...taskKinds],
    domains: domains === null ? null : [...domains],
    max_parallel: maxParallel,
    timeout_seconds: timeoutSeconds,
    safety_tier: app.safety_tier ?? null,
  };
}

/** Where the program of a tool is; its own PATH counts where its configuration gives one. */
function pathOf({ command, adapter }: App, folder: string): string | null {
  return findProgram(command, { searchPath: adapter?.environment?.['PATH'] ?? process.env['PATH'], cwd: folder });
}

function measured(
  toolId: string,
  { config }: ToolSource,
  record: ToolRecord | undefined,
): Pick<ListedTool, 'breaker' | 'figures'> {
  const settings = breakerSettingsOf(config, toolId);
  invariant(settings !== null, `the configuration lists ${toolId}`);
  return {
    breaker: {
      ...shownBreaker(record),
      failure_threshold: settings.failureThreshold,
      recovery_timeout_ms: settings.recoveryTimeoutMs,
      half_open_max_calls: settings.halfOpenMaxCalls,
    },
    figures: measuredCalls(record),
  };
}
