import { readFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { phaseToolsOf } from '../../router/conditions.ts';
import { decideAgain } from '../../router/recompute.ts';
import type { ComparedFile } from '../../schemas/cli/explain-report.ts';
import type { ExecutionRequest } from '../../schemas/execution-request.ts';
import type { RouteDecision } from '../../schemas/route-decision.ts';
import { UserError } from '../errors.ts';
import { bindRouting } from '../routing/bind.ts';
import { locateRouterFile } from '../routing/router-file.ts';
import type { RunRouting } from '../routing/run-routing.ts';
import type { Workflow } from '../workflow/model.ts';
import type { StoredFile, StoredSettings } from './history-rows.ts';
import type { RunHistory } from './run-history.ts';

/** How a run routes its tasks, by the texts that it was started with; or why this release cannot read them any more. */
export type StoredRouting = { readonly routing: RunRouting } | { readonly problem: string };

/** One decision about the tool of a step, as it was recorded, and what comes out when it is made again. */
export interface RecordedDecision {
  readonly attempt: number;
  /** ISO 8601 UTC. */
  readonly decidedAt: string;
  readonly requestId: string;
  readonly decision: RouteDecision;
  readonly again: 'same' | 'different' | 'unknown';
  /** What comes out otherwise, or why it cannot be computed; null where it comes out the same. */
  readonly difference: string | null;
}

/** Lays the stored configuration and phase over the stored workflow. */
export function storedRouting(workflow: Workflow, { router, phase }: StoredSettings): StoredRouting {
  try {
    return { routing: bindRouting(workflow, router, phase) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [first] = error.diagnostics;
    return { problem: first === undefined ? error.message : `${error.message}: ${first.message}` };
  }
}

/** The execution requests of a step by their ids. */
export function requestsOf(history: RunHistory, stepId: string): ReadonlyMap<string, ExecutionRequest> {
  const requests = history.documents(stepId).filter(({ kind }) => kind === 'execution_request');
  return new Map(requests.map(({ documentId, body }) => [documentId, body as ExecutionRequest]));
}

/** The decisions about a step in order, each made again from the stored configuration, phase and request. */
export function decisionsOf(history: RunHistory, stepId: string, stored: StoredRouting): RecordedDecision[] {
  const requests = requestsOf(history, stepId);
  return history.stepEvents(stepId, 'route_decided').flatMap(({ document }): RecordedDecision[] => {
    if (document.kind !== 'route_decided') return [];
    const { attempt, request_id: requestId, decision } = document.payload;
    const made = { attempt, decidedAt: document.ts, requestId, decision };
    return [{ ...made, ...makeAgain(decision, requests.get(requestId), stored) }];
  });
}

function makeAgain(
  decision: RouteDecision,
  request: ExecutionRequest | undefined,
  stored: StoredRouting,
): Pick<RecordedDecision, 'again' | 'difference'> {
  if ('problem' in stored) return { again: 'unknown', difference: stored.problem };
  if (request === undefined) return { again: 'unknown', difference: 'its execution request is not stored' };
  const { router, phase } = stored.routing;
  if (router === null) return { again: 'unknown', difference: 'no router configuration is stored' };
  const difference = decideAgain(router.config, request, phaseToolsOf(phase?.spec ?? null), decision);
  return { again: difference === null ? 'same' : 'different', difference };
}

/**
 * Compares the stored router configuration with the file that it came from. `runFolder` is that of the run in the store: no configuration
 * of anybody lies around it, so that the lookup there gives the one that ships.
 */
export async function compareRouter(stored: StoredFile & { readonly folder: string }, runFolder: string): Promise<ComparedFile> {
  const shipped = await locateRouterFile({ given: null, workflowFile: null, storeFolder: runFolder, cwd: runFolder });
  if (shipped.origin === 'shipped' && shipped.path === stored.path) return compared(stored.path, stored.text, shipped.text);
  const file = isAbsolute(stored.path) ? stored.path : join(stored.folder, basename(stored.path));
  return compareFile(file, stored.text);
}

/** Compares a text that a run keeps with the file that it came from, which `path` (absolute) names. */
export async function compareFile(path: string, text: string): Promise<ComparedFile> {
  try {
    return compared(path, text, await readFile(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return { path, state: 'missing', message: 'it is not there any more; the run keeps what it was started with' };
    return { path, state: 'unreadable', message: `it cannot be read (${code ?? String(error)}); the run keeps its text` };
  }
}

/** A byte order mark is left out when a definition is read, and so it is here. */
function compared(path: string, before: string, now: string): ComparedFile {
  if (now.replace(/^\uFEFF/, '') === before) return { path, state: 'same', message: 'it has not changed since the run began' };
  return { path, state: 'changed', message: 'it has changed since the run began; the run keeps what it was started with' };
}
