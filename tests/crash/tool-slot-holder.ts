import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RouterConfig } from '../../schemas/router-config.ts';
import type { ExecutionRequest } from '../../schemas/execution-request.ts';
import { systemClock } from '../../src/engine/system-ports.ts';
import { createRoutePort } from '../../src/routing/route-port.ts';
import { storeLayout } from '../../src/store/layout.ts';

/** What the process is told: a store, a configuration, a request; and what it does with the tools that it gets. */
export interface HolderTask {
  readonly root: string;
  readonly config: RouterConfig;
  readonly request: ExecutionRequest;
  readonly runId: string;
  /** `hold`: one call that never ends. `contend`: call after call; a file made exclusively during each shows a second one. Sometimes it dies in one. */
  readonly does: 'hold' | 'contend';
}

const { root, config, request, runId, does } = JSON.parse(process.argv[2] ?? '') as HolderTask;
const findMissing = (): ReadonlyMap<string, string> => new Map();
const port = createRoutePort({
  layout: storeLayout(root),
  config,
  configFolder: root,
  phaseTools: null,
  clock: systemClock,
  findMissing,
});
const { signal } = new AbortController();

async function call(stepId: string): Promise<string> {
  const { decision } = await port.route({ runId, stepId, request, spent: [], current: null, seed: 1 }, signal);
  return decision.tool_id ?? 'nothing';
}

async function contend(): Promise<void> {
  for (let number = 1; number <= 8; number += 1) {
    const stepId = `s${number}`;
    const toolId = await call(stepId);
    const inside = join(root, `inside-${toolId}`);
    try {
      closeSync(openSync(inside, 'wx'));
    } catch {
      writeFileSync(join(root, `violation-${runId}-${number}`), '');
    }
    await delay(Math.random() * 3);
    unlinkSync(inside);
    if (number > 3 && Math.random() < 0.2) process.kill(process.pid, 'SIGKILL');
    const ended = { attemptId: `${runId}.${stepId}`, runId, stepId, toolId, endedAtMs: Date.now(), durationMs: 1 };
    await port.settle({ ...ended, verdict: 'succeeded', costUsd: null });
    process.stdout.write('.');
  }
  await port.close();
}

if (does === 'contend') await contend();
else {
  process.stdout.write(`${await call('held')}\n`);
  // For ever, or until it is killed.
  setInterval(() => undefined, 60_000);
}
