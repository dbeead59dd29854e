import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '../../schemas/ids.ts';
import type { EngineEnd } from '../../src/engine/engine.ts';
import type { AttemptPort } from '../../src/engine/ports.ts';
import type { RunEventRow } from '../../src/engine/run-event.ts';
import { createSession, reopenSession } from '../../src/engine/open-session.ts';
import type { RunSession, SessionWorld } from '../../src/engine/session.ts';
import { fileOutputs, subprocessAttempts } from '../../src/engine/subprocess-attempts.ts';
import { systemClock, systemEntropy } from '../../src/engine/system-ports.ts';
import { loadRouting } from '../../src/routing/load-routing.ts';
import { openRoutes } from '../../src/routing/open-routes.ts';
import { storeLayout } from '../../src/store/layout.ts';
import { readRunRow } from '../../src/store/run-row.ts';
import { requireWorkflow } from '../../src/workflow/load.ts';

/** A project of these tests: its folder holds `workflow.yaml`, `.stateyard`, and the file `trace` that its tools add lines to. */
export interface Project {
  readonly folder: string;
  readonly runId: RunId;
}

/** One life of an engine. */
export interface LifeOptions {
  /** Told each event once it is safe, before anything else happens. */
  readonly onEvents: (events: readonly RunEventRow[]) => void;
  /** Absent: processes of this machine. */
  readonly attempts?: AttemptPort;
}

/** Where a project keeps its runs. */
export function layoutOf({ folder }: Project): ReturnType<typeof storeLayout> {
  return storeLayout(join(folder, '.stateyard'));
}

/** Carries the project's run to its end: begins it where nothing of it was recorded, takes it up where it stood, and does nothing where it has ended. */
export async function live(project: Project, options: LifeOptions): Promise<EngineEnd['state']> {
  const layout = layoutOf(project);
  const world: SessionWorld = {
    layout,
    clock: systemClock,
    entropy: systemEntropy(),
    attempts: options.attempts ?? subprocessAttempts,
    readOutputs: fileOutputs,
    openRoutes: ({ routing }) => Promise.resolve(openRoutes(layout, routing, () => undefined)),
    onEvents: options.onEvents,
  };
  const row = await readRunRow(world.layout, project.runId);
  if (row !== null && row.ended_at !== null) return row.state as EngineEnd['state'];
  const isNew = row === null || !existsSync(world.layout.run(project.runId).folder);
  const session = isNew ? await begin(project, world) : await reopenSession(project.runId, world);
  return (await session.carryOn()).state;
}

async function begin({ folder, runId }: Project, world: SessionWorld): Promise<RunSession> {
  const path = join(folder, 'workflow.yaml');
  const { workflow, plan } = requireWorkflow({ path, text: await readFile(path, 'utf8') });
  const routing = await loadRouting(workflow, { router: null, phase: null }, { cwd: folder, storeFolder: world.layout.root });
  const place = { params: {}, maxParallel: workflow.maxParallel ?? 2, baseFolder: folder, graceMs: 1000 };
  const names = { runId, projectId: 'crash', requestedBy: null, origin: { trigger_type: 'manual' } };
  return createSession({ workflow, plan, routing, ...place, ...names }, world);
}
