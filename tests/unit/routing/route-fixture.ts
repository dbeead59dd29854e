import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionRequest } from '../../../schemas/execution-request.ts';
import type { App, RouterConfig } from '../../../schemas/router-config.ts';
import type { EndedCall, RouteAsk, RoutePort } from '../../../src/engine/ports.ts';
import { systemClock } from '../../../src/engine/system-ports.ts';
import { createRoutePort, type RouteWorld } from '../../../src/routing/route-port.ts';
import { storeLayout, type StoreLayout } from '../../../src/store/layout.ts';

/** Some day at noon. */
export const noonMs = Date.UTC(2026, 4, 1, 12);

/** A tool that can do anything; its program is there. */
export function tool(more: Partial<App> = {}): App {
  return { kind: 'tool', command: 'node', capabilities: { task_kinds: ['*'] }, ...more };
}

/** A configuration of some tools. */
export function configOf(apps: Record<string, App>, more: Partial<RouterConfig> = {}): RouterConfig {
  return { version: '1.0.0', apps, routing: {}, ...more };
}

/** A request for a piece of work. */
export function requestOf(routing: Partial<ExecutionRequest['routing']> = {}): ExecutionRequest {
  return {
    request_id: '01KC0000000000000000000001',
    project_id: 'p',
    phase_id: 'ph',
    task_kind: 'lint',
    classification: { complexity: 'simple', risk_tier: '', domain: '', priority: 'normal' },
    resource_scope: { read: ['**'], write: [], create: [], forbidden: [] },
    routing: { strategy: 'fixed', ...routing },
  };
}

/** A step that asks for a tool. */
export function askOf(
  stepId: string,
  routing: Partial<ExecutionRequest['routing']> = {},
  more: Partial<RouteAsk> = {},
): RouteAsk {
  return { runId: 'run', stepId, request: requestOf(routing), spent: [], current: null, seed: 1, ...more };
}

/** The end of a step's call, at noon where nothing else is said. */
export function endOf(stepId: string, toolId: string, more: Partial<EndedCall> = {}): EndedCall {
  const call = { runId: 'run', stepId, attemptId: `attempt-${stepId}`, toolId };
  return { ...call, endedAtMs: noonMs, durationMs: 10, verdict: 'succeeded', costUsd: null, ...more };
}

/** Never aborted. */
export const patient = new AbortController().signal;

/** A store of its own with ports to it, as the sessions of several processes have them. The clock stands at noon until it is set. */
export class Shop {
  readonly layout: StoreLayout;
  nowMs = noonMs;
  readonly trouble: string[] = [];
  readonly #base: string;
  readonly #ports: RoutePort[] = [];

  static async open(): Promise<Shop> {
    return new Shop(await mkdtemp(join(tmpdir(), 'stateyard-tools-')));
  }

  constructor(base: string) {
    this.#base = base;
    this.layout = storeLayout(join(base, '.stateyard'));
  }

  get base(): string {
    return this.#base;
  }

  port(config: RouterConfig, more: Partial<RouteWorld> = {}): RoutePort {
    const port = createRoutePort({
      layout: this.layout,
      config,
      configFolder: this.#base,
      phaseTools: null,
      clock: { ...systemClock, nowMs: () => this.nowMs },
      findMissing: () => new Map(),
      onTrouble: (message) => this.trouble.push(message),
      ...more,
    });
    this.#ports.push(port);
    return port;
  }

  async close(): Promise<void> {
    await Promise.all(this.#ports.map((port) => port.close()));
    await rm(this.#base, { recursive: true, force: true });
  }
}
