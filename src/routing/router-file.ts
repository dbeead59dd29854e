import { dirname, join, resolve } from 'node:path';
import { configProblems } from '../../router/config-problems.ts';
import type { ConfigProblem } from '../../router/config-codes.ts';
import shippedConfig from '../../router/router_config.json' with { type: 'json' };
import { routerConfigSchema, type RouterConfig } from '../../schemas/router-config.ts';
import { exitCodes, UserError, type Diagnostic } from '../errors.ts';
import { checkDocument } from '../workflow/check-document.ts';
import { kindWords } from '../workflow/document-kind.ts';
import { rangeAt } from '../workflow/documents/document-file.ts';
import { Problems } from '../workflow/problems.ts';
import { readWorkflowFile } from '../workflow/read.ts';
import { SourceText } from '../workflow/source-text.ts';
import type { SourceNode } from '../workflow/source-node.ts';
import { Suggestion } from '../workflow/suggestion.ts';

/** The text of a router configuration, and where it comes from. The path of the shipped one names no file that could be opened. */
export interface RouterSource {
  readonly path: string;
  readonly text: string;
  readonly origin: 'option' | 'workflow' | 'store' | 'shipped';
}

/** Where a router configuration is looked for; relative paths are meant from `cwd`. */
export interface RouterLookup {
  /** What `--router` names; null: not given. */
  readonly given: string | null;
  /** Null where there is no workflow file. */
  readonly workflowFile: string | null;
  /** The folder `.stateyard`; it need not exist. */
  readonly storeFolder: string;
  readonly cwd: string;
}

const fileName = 'router_config.json';

/**
 * Finds and reads the router configuration: the file that is given; else `router_config.json` beside the workflow file; else beside the store folder;
 * else the one that ships with Stateyard. Throws UserError `router_not_found` (exit 4) for a file that is given and is not there and for any that cannot be
 * read, `router_invalid` (exit 3) for one that is too large or not UTF-8.
 */
export async function locateRouterFile({ given, workflowFile, storeFolder, cwd }: RouterLookup): Promise<RouterSource> {
  if (given !== null) {
    const text = await readConfig(resolve(cwd, given));
    if (text === null) throw notFound(given, 'does not exist');
    return { path: given, text, origin: 'option' };
  }
  const places = [
    ...(workflowFile === null ? [] : [{ folder: dirname(resolve(cwd, workflowFile)), origin: 'workflow' as const }]),
    { folder: dirname(resolve(cwd, storeFolder)), origin: 'store' as const },
  ];
  for (const { folder, origin } of places) {
    const path = join(folder, fileName);
    const text = await readConfig(path);
    if (text !== null) return { path, text, origin };
  }
  return { path: `${fileName} (shipped with stateyard)`, text: JSON.stringify(shippedConfig, null, 2), origin: 'shipped' };
}

/**
 * Reads and checks the text of a router configuration (router_config.v1; JSON, or YAML with comments). Pure. Throws UserError `router_invalid` (exit 3)
 * with all diagnostics: first what does not fit the schema (SY0xx, SY1xx), else what shows only in what it means (SY6xx).
 */
export function loadRouterConfig({ path, text }: { readonly path: string; readonly text: string }): RouterConfig {
  const source = new SourceText(path, text);
  const problems = new Problems();
  const checked = checkDocument(routerConfigSchema, source, problems, { what: kindWords.router_config });
  if (checked === null || !problems.none) throw invalid(path, problems.toDiagnostics(source));
  const found = configProblems(checked.value);
  if (found.length > 0) throw invalid(path, toDiagnostics(source, checked.root, found));
  return checked.value;
}

/** The text of a file; null where there is none. */
async function readConfig(path: string): Promise<string | null> {
  try {
    return (await readWorkflowFile(path)).text;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.exitCode === exitCodes.invalidDefinition) throw invalid(path, error.diagnostics);
    const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw notFound(path, error.message.slice(error.message.indexOf(path) + path.length + 1), error);
  }
}

function toDiagnostics(source: SourceText, root: SourceNode, found: readonly ConfigProblem[]): Diagnostic[] {
  const suggestion = new Suggestion();
  const placed = found.map((problem) => ({ problem, range: rangeAt(root, problem.path) }));
  return placed
    .toSorted((a, b) => a.range.start - b.range.start)
    .map(({ range, problem: { code, message, hint, unknown } }) => {
      const meant = unknown === null ? null : suggestion.hint(unknown.name, unknown.known);
      return source.diagnosticAt(range, { code, message, hint: meant ?? hint });
    });
}

function notFound(path: string, reason: string, cause?: unknown): UserError {
  return new UserError(exitCodes.notFound, 'router_not_found', `the router configuration ${path} ${reason}`, {
    hint: '--router takes a router_config document (JSON or YAML)',
    cause,
  });
}

function invalid(path: string, diagnostics: readonly Diagnostic[]): UserError {
  const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length} errors`;
  return new UserError(exitCodes.invalidDefinition, 'router_invalid', `${count} in ${path}`, { diagnostics });
}
