import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { doesKind } from '../../../router/capability.ts';
import { ruleOf } from '../../../router/decide.ts';
import { appOf } from '../../../router/queries.ts';
import { parsePattern } from '../../../router/scope-pattern.ts';
import { scopeOf } from '../../../router/scope.ts';
import routerConfig from '../../../router/router_config.json' with { type: 'json' };
import { routerConfigSchema } from '../../../schemas/router-config.ts';
import { InvariantError, UserError } from '../../../src/errors.ts';
import { loadProfile } from '../../../src/profiles/load-profiles.ts';
import { profileIds } from '../../../src/profiles/profile-ids.ts';
import type { PhaseTemplate } from '../../../src/profiles/profile.ts';
import { bindRouting } from '../../../src/routing/bind.ts';
import type { RunRouting } from '../../../src/routing/run-routing.ts';
import { loadWorkflow, requireWorkflow } from '../../../src/workflow/load.ts';
import { requestOf } from '../router/route-fixture.ts';

const folder = path.resolve(import.meta.dirname, '../../../src/profiles');
const config = routerConfigSchema.parse(routerConfig);
const profiles = profileIds.map(loadProfile);
const generic = loadProfile('generic').document;

function isPattern(pattern: string): boolean {
  return !('problem' in parsePattern(pattern));
}

function namesOf(templates: readonly PhaseTemplate[]): readonly (readonly (string | undefined)[])[] {
  return templates.map(({ phase, path: template }) => [phase.phase_id, phase.name, phase.category, template]);
}

describe('the profiles', () => {
  test('are the files of their folder, and no text of theirs is left out', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
    const named = profiles.flatMap(({ templates }) => templates.map((template) => template.path));
    expect(files.sort()).toEqual([...profileIds.map((profileId) => `${profileId}.yaml`), ...named].sort());
  });

  test('refuse an id that is none, also one that every object has', () => {
    expect(() => loadProfile('software-dev-cobol')).toThrow(InvariantError);
    expect(() => loadProfile('constructor')).toThrow(InvariantError);
  });
});

describe.each(profiles)('$document.profile_id', ({ document, templates }) => {
  test('names its templates as they name themselves, each once, in a file of that name', () => {
    const named = (document.phase_templates ?? []).map((each) => [each.phase_id, each.name, each.category, each.template_path]);
    expect(named).toEqual(namesOf(templates));
    expect(templates.length).toBeGreaterThanOrEqual(3);
    expect(new Set(templates.map(({ phase }) => phase.phase_id)).size).toBe(templates.length);
    for (const { phase, path: file } of templates) expect(file).toBe(`phases/${document.profile_id}/${phase.phase_id}.yaml`);
  });

  test('adds resource types by patterns that are some, and that generic has not', () => {
    const types = document.adds_resource_types;
    expect(types.filter(({ scope_format: pattern }) => !isPattern(pattern))).toEqual([]);
    const others = document.profile_id === generic.profile_id ? [] : generic.adds_resource_types;
    const all = [...others, ...types].map(({ type }) => type);
    expect(all.filter((type, index) => all.indexOf(type) !== index)).toEqual([]);
  });

  test('checks changes by validations that it has, or generic', () => {
    const known = [...(generic.adds_validation_types ?? []), ...(document.adds_validation_types ?? [])].map(({ type }) => type);
    const named = (document.adds_change_types ?? []).flatMap(({ validation = [] }) => validation);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((type) => !known.includes(type))).toEqual([]);
  });

  test('adds kinds of tasks that the shipped router has a rule and a tool for', () => {
    const kinds = document.adds_task_kinds ?? [];
    expect(kinds.length).toBeGreaterThan(0);
    const unknown = kinds.filter((kind) => {
      const rule = ruleOf(config, requestOf({ task_kind: kind }));
      const [first = ''] = rule?.select_from ?? [];
      const app = appOf(config, first);
      return app === null || !doesKind(app, kind);
    });
    expect(unknown).toEqual([]);
  });
});

const templates = profiles.flatMap((profile) => profile.templates);

describe.each(templates)('$path', ({ phase, text, path: file }) => {
  const { read = [], write = [], create = [], forbidden = [] } = phase.resource_scope;

  test('can be run directly', () => {
    const loaded = loadWorkflow({ path: file, text });
    expect(loaded.ok ? [] : loaded.diagnostics).toEqual([]);
  });

  test('bounds a task that is of its kind, and refuses one that would edit what it does not let be written', () => {
    const kind = phase.category === 'planning' ? 'planning' : write.length > 0 ? 'code_edit' : 'validation';
    const bind = (task: string): RunRouting => {
      const { workflow } = requireWorkflow({ path: 'work.yaml', text: `name: work\nsteps:\n  it:\n    task: ${task}\n` });
      return bindRouting(
        workflow,
        { path: 'router_config.json', text: JSON.stringify(routerConfig), folder },
        { path: file, text },
      );
    };
    const bound = bind(kind).tasks.get('it');
    expect(bound?.draft.resource_scope).toEqual({ read, write, create, forbidden });
    expect(bound?.checks.length).toBe(phase.constraints.tests?.tests_must_run === true ? 1 : 0);
    if (write.length === 0) expect(() => bind('code_edit')).toThrow(UserError);
  });

  test('lets be written and created only what may be read, and never repository, store and secrets', () => {
    expect([...read, ...write, ...create, ...forbidden].filter((pattern) => !isPattern(pattern))).toEqual([]);
    expect([...write, ...create].filter((pattern) => !scopeOf(read).contains(pattern))).toEqual([]);
    const secret = ['.git/config', '.stateyard/x', '.env', 'a/.env.local', 'deploy/tls.pem', 'home/.ssh/id_ed25519'];
    expect(secret.filter((each) => !scopeOf(forbidden).contains(each))).toEqual([]);
    const bans = forbidden.map((pattern) => scopeOf([pattern]));
    expect([...write, ...create].filter((pattern) => bans.some((ban) => ban.contains(pattern)))).toEqual([]);
  });

  test('bounds the patch where something may be written, and only there', () => {
    const bounds = phase.constraints.patch;
    expect(bounds === undefined).toBe(write.length === 0);
    if (bounds !== undefined)
      expect(bounds).toMatchObject({ max_lines_changed: expect.any(Number), max_files_changed: expect.any(Number) });
  });

  test('names tools that the shipped router configuration has', () => {
    const named = [...(phase.allowed_tools ?? []), ...(phase.disallowed_tools ?? [])];
    expect(named.filter((toolId) => appOf(config, toolId) === null)).toEqual([]);
  });
});
