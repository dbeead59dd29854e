import type { App } from '../schemas/router-config.ts';

/** What is to be done: a kind of task and, where it has one, a domain (empty: none). */
export interface Work {
  readonly taskKind: string;
  readonly domain: string;
}

const any = '*';

/** Whether a tool does this kind of task. One that names no `task_kinds` says nothing against any; `*` stands for all. */
export function doesKind({ capabilities: { task_kinds } }: App, taskKind: string): boolean {
  return task_kinds === undefined || task_kinds.includes(any) || task_kinds.includes(taskKind);
}

/** Whether a tool works in this domain: always where there is none, or where the tool names no `domains`; `*` stands for all. */
export function worksIn({ capabilities: { domains = [] } }: App, domain: string): boolean {
  return domain === '' || domains.length === 0 || domains.includes(any) || domains.includes(domain);
}

/**
 * Whether a tool is a candidate where no rule names it: it must name the kind of task itself. `*` counts for a `tool` only, because a
 * validator that checks everything was not meant to do everything.
 */
export function offers(app: App, { taskKind, domain }: Work): boolean {
  const named = app.capabilities.task_kinds ?? [];
  const claimed = named.includes(taskKind) || (app.kind === 'tool' && named.includes(any));
  return claimed && worksIn(app, domain);
}

/** Why a tool cannot do the work, in words; null when it can. */
export function incapability(app: App, { taskKind, domain }: Work): string | null {
  if (!doesKind(app, taskKind)) return `it does ${listed(app.capabilities.task_kinds)}, not ${taskKind}`;
  return worksIn(app, domain) ? null : `it works on ${listed(app.capabilities.domains)}, not on ${domain}`;
}

function listed(names: readonly string[] = []): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
