import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import type { RunId } from '../../schemas/ids.ts';
import type { EngineEnd } from '../../src/engine/engine.ts';
import { noRoutes } from '../../src/engine/no-routes.ts';
import { createSession } from '../../src/engine/open-session.ts';
import type { SessionWorld } from '../../src/engine/session.ts';
import { fileOutputs, subprocessAttempts } from '../../src/engine/subprocess-attempts.ts';
import { systemClock, systemEntropy } from '../../src/engine/system-ports.ts';
import { noRouting } from '../../src/routing/run-routing.ts';
import { storeLayout } from '../../src/store/layout.ts';
import { requireWorkflow } from '../../src/workflow/load.ts';
import type { Sandbox } from '../conformance/sandbox.ts';

export const hourMs = 3_600_000;

/** Where Debian and Ubuntu keep libfaketime; null where it is not installed. */
export const fakeTimeLibrary = findLibrary();

function findLibrary(): string | null {
  for (const folder of existsSync('/usr/lib') ? readdirSync('/usr/lib') : []) {
    const file = join('/usr/lib', folder, 'faketime/libfaketime.so.1');
    if (existsSync(file)) return file;
  }
  return null;
}

/** A wall clock for programs that can be set while they run; their monotonic clock stays the machine's. */
export class FakeWallClock {
  readonly #file: string;

  constructor(box: Sandbox) {
    this.#file = join(box.folder, 'wall-clock');
    this.set(0);
  }

  /** Sets the clock that many hours ahead of the machine's, or behind. */
  set(hours: number): void {
    writeFileSync(`${this.#file}.new`, `${hours < 0 ? '-' : '+'}${String(Math.abs(hours))}h\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }

  /** For the environment of a program that is to live by this clock. */
  get env(): Record<string, string> {
    return {
      LD_PRELOAD: fakeTimeLibrary ?? '',
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    };
  }
}

/** A run in this process, with real tools, whose wall clock can be set. */
export interface ClockedRun {
  readonly end: Promise<EngineEnd>;
  readonly jump: (hours: number) => void;
}

/** Starts a run of the file in this process. Its tools find TRACE, GATE and FOLDER as those of the program do. */
export async function startClocked(box: Sandbox, text: string): Promise<ClockedRun> {
  let aheadMs = 0;
  const world: SessionWorld = {
    layout: storeLayout(box.store),
    clock: { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs },
    entropy: systemEntropy(),
    attempts: subprocessAttempts,
    readOutputs: fileOutputs,
    openRoutes: () => Promise.resolve(noRoutes),
    onEvents: () => undefined,
  };
  const at = (name: string): string => join(box.folder, name);
  const withEnv = text.replace(
    '\nsteps:',
    `\nenv: { TRACE: ${at('trace')}, GATE: ${at('gate')}, FOLDER: ${box.folder} }\nsteps:`,
  );
  const { workflow, plan } = requireWorkflow({ path: at('clocked.yaml'), text: withEnv });
  const session = await createSession(
    {
      workflow,
      plan,
      params: {},
      projectId: 'clock',
      requestedBy: null,
      routing: noRouting,
      runId: box.id as RunId,
      maxParallel: workflow.maxParallel ?? availableParallelism(),
      baseFolder: box.folder,
      graceMs: workflow.stopGraceMs,
      origin: { trigger_type: 'manual', trigger_ref: null, requested_by: null },
    },
    world,
  );
  return { end: session.carryOn(), jump: (hours) => (aheadMs += hours * hourMs) };
}
