import { describe, expect, test } from 'vitest';
import { completeRequest, draftRequest } from '../../../router/request.ts';
import type { RequestSources } from '../../../router/request.ts';
import type { RequestProblem } from '../../../router/request-codes.ts';
import type { RequestDraft } from '../../../router/request-draft.ts';
import { executionRequestSchema } from '../../../schemas/execution-request.ts';
import { phaseWith, sourcesWith, threeTools, workstreamWith } from './request-fixture.ts';

function draftOf(sources: RequestSources): RequestDraft {
  const made = draftRequest(sources);
  if ('problems' in made) throw new Error(JSON.stringify(made.problems));
  return made.draft;
}

function problemsOf(sources: RequestSources): readonly RequestProblem[] {
  const made = draftRequest(sources);
  return 'problems' in made ? made.problems : [];
}

const places = (problems: readonly RequestProblem[]) => problems.map(({ code, from, path }) => [code, from, path.join('.')]);

describe('a request', () => {
  test('of a task without phase and workstream may touch everything', () => {
    expect(draftOf(sourcesWith())).toEqual({
      phase_id: 'default',
      workstream_id: null,
      task_kind: 'code_edit',
      classification: { complexity: 'moderate', risk_tier: '', domain: '', priority: 'normal' },
      resource_scope: { read: ['**'], write: ['**'], create: ['**'], forbidden: [] },
      routing: { strategy: 'fixed', max_attempts: 1 },
    });
  });

  test('takes what the task says, else the defaults of the configuration', () => {
    const config = { ...threeTools, defaults: { strategy: 'auto' as const, max_attempts: 3, timeout_seconds: 60 } };
    expect(draftOf(sourcesWith({}, { config })).routing).toEqual({ strategy: 'auto', max_attempts: 3 });
    const task = {
      strategy: 'round_robin' as const,
      allowedTools: ['alpha', 'beta'],
      preferredTools: ['beta'],
      maxAttempts: 2,
      timeoutSeconds: 30,
    };
    expect(draftOf(sourcesWith(task, { config })).routing).toEqual({
      strategy: 'round_robin',
      allowed_tools: ['alpha', 'beta'],
      preferred_tools: ['beta'],
      max_attempts: 2,
      timeout_seconds: 30,
    });
  });

  test('has the narrowest scope that is given, and all that anybody forbids', () => {
    const workstream = workstreamWith({ resource_scope: { write: ['src/shop/**'], forbidden: ['src/shop/old/', 'src/keys/'] } });
    const task = { resourceScope: { write: ['src/shop/cart.ts'], read: ['src/**'], forbidden: ['*.lock'] } };
    const draft = draftOf(sourcesWith(task, { phase: phaseWith(), workstream }));
    expect(draft.resource_scope).toEqual({
      read: ['src/**'],
      write: ['src/shop/cart.ts'],
      create: ['src/**'],
      forbidden: ['src/keys/', 'src/shop/old/', '*.lock'],
    });
    expect([draft.phase_id, draft.workstream_id]).toEqual(['build', 'w1']);
  });

  test('may do nothing that its phase does not list', () => {
    const phase = phaseWith({ resource_scope: { type: 'files', read: ['docs/'] } });
    expect(draftOf(sourcesWith({}, { phase })).resource_scope).toEqual({ read: ['docs/'], write: [], create: [], forbidden: [] });
  });

  test('has the tightest constraints', () => {
    const phase = phaseWith({ constraints: { patch: { patch_required: true, max_lines_changed: 100 } } });
    const workstream = workstreamWith({ constraints: { patch: { max_lines_changed: 50 }, tests: { tests_must_pass: true } } });
    const task = { constraints: { patch: { max_files_changed: 2 } } };
    expect(draftOf(sourcesWith(task, { phase, workstream })).constraints).toEqual({
      patch_only: true,
      tests_must_pass: true,
      max_lines_changed: 50,
      max_files_changed: 2,
    });
  });

  test('of a workstream whose phase is not given is bounded by the workstream alone', () => {
    const workstream = workstreamWith({ resource_scope: { write: ['docs/'] } });
    const draft = draftOf(sourcesWith({}, { workstream }));
    expect(draft.phase_id).toBe('build');
    expect(draft.resource_scope).toEqual({ read: ['**'], write: ['docs/'], create: ['**'], forbidden: [] });
  });

  test('is complete with its ids, and fits its schema', () => {
    const draft = draftOf(sourcesWith({ correlationId: 'order-7', traceFlags: ['sampled'] }, { phase: phaseWith() }));
    const [requestId, promptId] = ['01K00000000000000000000000', '01K00000000000000000000001'];
    const request = completeRequest(draft, {
      requestId,
      projectId: 'shop',
      createdBy: 'me',
      createdAt: '2026-01-01T00:00:00.000Z',
      promptId,
    });
    expect(executionRequestSchema.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      request_id: requestId,
      project_id: 'shop',
      origin: { created_by: 'me', created_at: '2026-01-01T00:00:00.000Z' },
      prompt_spec: promptId,
      telemetry: { correlation_id: 'order-7', trace_flags: ['sampled'] },
    });
  });

  test('with trace flags alone is correlated by its own id', () => {
    const draft = draftOf(sourcesWith({ traceFlags: ['sampled'] }));
    const ids = { requestId: '01K00000000000000000000000', projectId: 'p', createdBy: '', createdAt: '', promptId: null };
    expect(completeRequest(draft, ids).telemetry).toEqual({ correlation_id: ids.requestId, trace_flags: ['sampled'] });
  });
});

describe('phase_not_found', () => {
  test('when the workstream belongs to another phase, and nothing else is said then', () => {
    const problems = problemsOf(
      sourcesWith({ allowedTools: ['nobody'] }, { phase: phaseWith(), workstream: workstreamWith({ phase_id: 'test' }) }),
    );
    expect(places(problems)).toEqual([['phase_not_found', 'workstream', 'phase_id']]);
    expect(problems[0]?.message).toContain('"test"');
  });
});

describe('files_scope_violation', () => {
  test('where the task leaves the scope of its phase or of its workstream', () => {
    const workstream = workstreamWith({ resource_scope: { write: ['src/shop/'] } });
    const task = { resourceScope: { read: ['anything'], write: ['src/shop/a', 'src/other/b'], create: ['docs/c'] } };
    const problems = problemsOf(sourcesWith(task, { phase: phaseWith(), workstream }));
    expect(places(problems)).toEqual([
      ['files_scope_violation', 'task', 'resource_scope.write.1'],
      ['files_scope_violation', 'task', 'resource_scope.create.0'],
    ]);
    expect(problems[0]?.message).toContain('workstream "w1" lets be written: "src/shop/"');
    expect(problems[1]?.message).toContain('phase "build" lets be created: "src/**"');
  });

  test('where the workstream leaves the scope of its phase', () => {
    const workstream = workstreamWith({ resource_scope: { write: ['**'] } });
    expect(places(problemsOf(sourcesWith({}, { phase: phaseWith(), workstream })))).toEqual([
      ['files_scope_violation', 'workstream', 'resource_scope.write.0'],
    ]);
  });

  test('where a phase lists nothing', () => {
    const phase = phaseWith({ resource_scope: { type: 'files' } });
    const problems = problemsOf(sourcesWith({ resourceScope: { read: ['a'] } }, { phase }));
    expect(problems.map(({ message }) => message)).toEqual(['phase "build" lets nothing be read, and so not "a" of "read"']);
  });

  test('where all of a pattern is forbidden, by whomever, also by the task itself', () => {
    const task = { resourceScope: { write: ['src/keys/rsa.pem', 'src/a'], read: ['tmp/x', 'src/**'], forbidden: ['tmp'] } };
    expect(places(problemsOf(sourcesWith(task, { phase: phaseWith() })))).toEqual([
      ['files_scope_violation', 'task', 'resource_scope.read.0'],
      ['files_scope_violation', 'task', 'resource_scope.write.0'],
    ]);
  });

  test('where a pattern is none, and then nothing is said of the others', () => {
    const task = { resourceScope: { read: ['../x', 'docs/a'], write: ['docs/b'], forbidden: ['/etc'] } };
    const problems = problemsOf(sourcesWith(task, { phase: phaseWith() }));
    expect(places(problems)).toEqual([
      ['files_scope_violation', 'task', 'resource_scope.read.0'],
      ['files_scope_violation', 'task', 'resource_scope.forbidden.0'],
    ]);
  });

  test('is phase_spec_invalid where the pattern is one of the phase', () => {
    const phase = phaseWith({ resource_scope: { type: 'files', write: ['/src'] } });
    expect(places(problemsOf(sourcesWith({}, { phase })))).toEqual([['phase_spec_invalid', 'phase', 'resource_scope.write.0']]);
  });

  test('says that a slash is missing where that is all that is wrong', () => {
    const phase = phaseWith({ resource_scope: { type: 'files', read: ['lib', 'src'] } });
    expect(problemsOf(sourcesWith({ resourceScope: { read: ['src/a.ts'] } }, { phase }))[0]?.hint).toContain('"src/"');
    expect(problemsOf(sourcesWith({ resourceScope: { read: ['docs/a'] } }, { phase }))[0]?.hint).toContain(
      'widen "read" of phase',
    );
  });

  test('lists a few of many patterns', () => {
    const read = Array.from({ length: 9 }, (_, index) => `d${index}/`);
    const problems = problemsOf(
      sourcesWith({ resourceScope: { read: ['x'] } }, { phase: phaseWith({ resource_scope: { type: 'files', read } }) }),
    );
    expect(problems[0]?.message).toMatch(/"d4\/" and 4 more$/);
  });
});

describe('constraint_weakened', () => {
  test('names the weaker value of the task or of the workstream', () => {
    const phase = phaseWith({ constraints: { patch: { max_lines_changed: 50 }, tests: { tests_must_pass: true } } });
    const workstream = workstreamWith({ constraints: { patch: { max_lines_changed: 60 }, behavior: { ascii_only: true } } });
    const task = { constraints: { tests: { tests_must_pass: false }, behavior: { ascii_only: false } } };
    const problems = problemsOf(sourcesWith(task, { phase, workstream }));
    expect(places(problems)).toEqual([
      ['constraint_weakened', 'workstream', 'constraints.patch.max_lines_changed'],
      ['constraint_weakened', 'task', 'constraints.tests.tests_must_pass'],
      ['constraint_weakened', 'task', 'constraints.behavior.ascii_only'],
    ]);
    expect(problems[0]?.message).toBe('"max_lines_changed" is 60, and must be as tight as 50');
  });
});

describe('tool_not_permitted_for_phase', () => {
  test('for tools that the phase does not allow, disallows, or nobody knows', () => {
    const phase = phaseWith({ allowed_tools: ['alpha', 'linter'], disallowed_tools: ['linter'] });
    const task = { allowedTools: ['alpha', 'beta', 'gamma'], preferredTools: ['linter'] };
    const problems = problemsOf(sourcesWith(task, { phase }));
    expect(places(problems)).toEqual([
      ['tool_not_permitted_for_phase', 'task', 'allowed_tools.1'],
      ['tool_not_permitted_for_phase', 'task', 'allowed_tools.2'],
      ['tool_not_permitted_for_phase', 'task', 'preferred_tools.0'],
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      'phase "build" does not allow the tool "beta"',
      'the router configuration has no tool "gamma"',
      'phase "build" disallows the tool "linter"',
    ]);
    expect(problems[0]?.hint).toBe('it allows alpha, linter');
  });

  test('for a tool with a name that every object has', () => {
    expect(places(problemsOf(sourcesWith({ allowedTools: ['constructor'] })))).toEqual([
      ['tool_not_permitted_for_phase', 'task', 'allowed_tools.0'],
    ]);
  });
});

describe('no_routable_tool_for_phase', () => {
  test('when no tool does this kind of task', () => {
    const problems = problemsOf(sourcesWith({ taskKind: 'paint' }));
    expect(places(problems)).toEqual([['no_routable_tool_for_phase', 'task', 'task_kind']]);
    expect(problems[0]?.message).toBe('no tool is left for paint: no rule matches, and no tool of the configuration offers it');
  });

  test('when the phase cuts all that do, with each cut', () => {
    const problems = problemsOf(sourcesWith({}, { phase: phaseWith({ allowed_tools: ['linter'], disallowed_tools: ['beta'] }) }));
    expect(places(problems)).toEqual([['no_routable_tool_for_phase', 'task', 'task_kind']]);
    expect(problems[0]?.message).toMatch(/no rule matches, and alpha: .*; beta: /);
  });

  test('when the task allows only tools that cannot, naming the rule', () => {
    const config = { ...threeTools, routing: { rules: [{ id: 'edits', match: {}, select_from: ['alpha'] }] } };
    const classification = { complexity: 'simple', risk_tier: '', domain: 'rust', priority: 'normal' } as const;
    const problems = problemsOf(sourcesWith({ allowedTools: ['linter'], classification }, { config }));
    expect(places(problems)).toEqual([['no_routable_tool_for_phase', 'task', 'allowed_tools']]);
    expect(problems[0]?.message).toContain('no tool is left for code_edit in rust: rule "edits" matches, and alpha: ');
  });
});

describe('request_invalid_schema', () => {
  test('for values that an execution request cannot have, at their names in a task', () => {
    const problems = problemsOf(sourcesWith({ taskKind: '', maxAttempts: 0, timeoutSeconds: 1.5 }));
    expect(places(problems)).toEqual([
      ['request_invalid_schema', 'task', 'task_kind'],
      ['request_invalid_schema', 'task', 'max_attempts'],
      ['request_invalid_schema', 'task', 'timeout_seconds'],
    ]);
  });
});
