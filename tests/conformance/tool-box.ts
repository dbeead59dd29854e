import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from './sandbox.ts';

/** What a tool of a test's configuration does: a script for /bin/sh, and its configuration as far as it is not the usual one. */
export interface TestTool {
  readonly script: string;
  readonly app?: Readonly<Record<string, unknown>>;
}

/**
 * Writes tools as scripts of the project and a router_config.json that names them; they can do the task kind `work`. Further
 * keys of the configuration (`routing`, `defaults`, `budget`) come from `more`.
 */
export function writeTools(
  box: Sandbox,
  tools: Readonly<Record<string, TestTool>>,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const apps = Object.entries(tools).map(([toolId, { script, app }]) => {
    const file = join(box.folder, `${toolId}.sh`);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return [toolId, { kind: 'tool', command: `./${toolId}.sh`, capabilities: { task_kinds: ['work'] }, ...app }];
  });
  const config = { version: '1.0.0', apps: Object.fromEntries(apps) as object, routing: { rules: [] }, ...more };
  box.write('router_config.json', JSON.stringify(config, null, 2));
}

/** A workflow of one task of the kind `work`; `more` are further lines of the step, indented by four. */
export function oneTask(box: Sandbox, more = ''): string {
  return box.write('task.yaml', `name: task\nsteps:\n  it:\n    task: work\n${more}`);
}
