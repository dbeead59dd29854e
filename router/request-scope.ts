import type { ExecutionRequest } from '../schemas/execution-request.ts';
import type { PhaseSpec } from '../schemas/phase-spec.ts';
import type { ResourceScope } from '../schemas/work.ts';
import type { WorkstreamSpec } from '../schemas/workstream-spec.ts';
import type { RequestProblem } from './request-codes.ts';
import { parsePattern } from './scope-pattern.ts';
import { forbiddenScopeOf, scopeOf } from './scope.ts';

/** The scopes that are laid over each other, from wide to narrow. */
export interface Scopes {
  readonly phase: PhaseSpec | null;
  readonly workstream: WorkstreamSpec | null;
  readonly task: ResourceScope | null;
}

type RequestScope = ExecutionRequest['resource_scope'];

/** One document with a scope. */
interface Layer {
  readonly from: 'phase' | 'workstream' | 'task';
  /** As messages call it. */
  readonly name: string;
  readonly scope: ResourceScope;
}

const accesses = ['read', 'write', 'create'] as const;
type Access = (typeof accesses)[number];
const participles: Readonly<Record<Access, string>> = { read: 'read', write: 'written', create: 'created' };

/**
 * The scope that a request has: of each list the narrowest that is given, everything where there is no phase and nobody says anything,
 * and all that anybody forbids. What a phase does not list it does not allow.
 */
export function layScopes({ phase, workstream, task }: Scopes): RequestScope {
  const list = (access: Access): string[] => {
    const given = task?.[access] ?? workstream?.resource_scope?.[access];
    return given ?? (phase === null ? ['**'] : (phase.resource_scope[access] ?? []));
  };
  const forbidden = [phase?.resource_scope.forbidden, workstream?.resource_scope?.forbidden, task?.forbidden];
  return {
    read: list('read'),
    write: list('write'),
    create: list('create'),
    forbidden: [...new Set(forbidden.flatMap((patterns) => patterns ?? []))],
  };
}

/**
 * Where workstream or task reach out of the scope that they are given, or for what is forbidden. Patterns that are none are reported first
 * and alone, because nothing can be said of what they lie in.
 */
export function scopeProblems(scopes: Scopes): readonly RequestProblem[] {
  const layers = layersOf(scopes);
  const broken = layers.flatMap(brokenPatterns);
  if (broken.length > 0) return broken;
  return layers.flatMap((layer, index) => (layer.from === 'phase' ? [] : layerProblems(layer, layers.slice(0, index))));
}

function layersOf({ phase, workstream, task }: Scopes): readonly Layer[] {
  const layers: Layer[] = [];
  if (phase !== null) {
    const { read = [], write = [], create = [], forbidden = [] } = phase.resource_scope;
    layers.push({ from: 'phase', name: `phase "${phase.phase_id}"`, scope: { read, write, create, forbidden } });
  }
  if (workstream?.resource_scope !== undefined) {
    const name = `workstream "${workstream.workstream_id}"`;
    layers.push({ from: 'workstream', name, scope: workstream.resource_scope });
  }
  if (task !== null) layers.push({ from: 'task', name: 'the task', scope: task });
  return layers;
}

function brokenPatterns({ from, scope }: Layer): readonly RequestProblem[] {
  return [...accesses, 'forbidden' as const].flatMap((kind) =>
    (scope[kind] ?? []).flatMap((pattern, index): RequestProblem[] => {
      const parsed = parsePattern(pattern);
      if (!('problem' in parsed)) return [];
      const message = `the pattern ${JSON.stringify(pattern)} of "${kind}" ${parsed.problem}`;
      const code = from === 'phase' ? 'phase_spec_invalid' : 'files_scope_violation';
      return [{ code, from, path: ['resource_scope', kind, index], message, hint: null }];
    }),
  );
}

function layerProblems(layer: Layer, wider: readonly Layer[]): readonly RequestProblem[] {
  const forbidden = [...wider, layer].flatMap(({ scope }) => scope.forbidden ?? []);
  const forbiddenScope = forbiddenScopeOf(forbidden);
  return accesses.flatMap((access) => {
    const outer = wider.findLast(({ scope }) => scope[access] !== undefined);
    const outerScope = outer === undefined ? null : scopeOf(outer.scope[access] ?? []);
    return (layer.scope[access] ?? []).flatMap((pattern, index): RequestProblem[] => {
      const problem = (message: string, hint: string): RequestProblem[] => [
        { code: 'files_scope_violation', from: layer.from, path: ['resource_scope', access, index], message, hint },
      ];
      if (outer !== undefined && outerScope?.contains(pattern) === false)
        return problem(outsideMessage(pattern, access, outer), outsideHint(pattern, access, outer));
      if (!forbiddenScope.contains(pattern)) return [];
      const message = `what ${JSON.stringify(pattern)} of "${access}" stands for is forbidden: ${listed(forbidden)}`;
      return problem(message, `take it out of "${access}", or narrow "forbidden"`);
    });
  });
}

function outsideMessage(pattern: string, access: Access, outer: Layer): string {
  const allowed = outer.scope[access] ?? [];
  const what = `${JSON.stringify(pattern)} of "${access}"`;
  if (allowed.length === 0) return `${outer.name} lets nothing be ${participles[access]}, and so not ${what}`;
  return `${what} lies outside of what ${outer.name} lets be ${participles[access]}: ${listed(allowed)}`;
}

function outsideHint(pattern: string, access: Access, outer: Layer): string {
  const allowed = outer.scope[access] ?? [];
  // A folder without its slash is the usual mistake.
  const folder = allowed.find((each) => scopeOf([`${each}/`]).contains(pattern));
  if (folder === undefined) return `narrow it, or widen "${access}" of ${outer.name}`;
  return `${JSON.stringify(folder)} is that path alone; what lies below it is ${JSON.stringify(`${folder}/`)}`;
}

function listed(patterns: readonly string[]): string {
  const shown = patterns.slice(0, 5).map((pattern) => JSON.stringify(pattern));
  return patterns.length > 5 ? `${shown.join(', ')} and ${patterns.length - 5} more` : shown.join(', ');
}
