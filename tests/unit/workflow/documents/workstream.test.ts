import { describe, expect, it } from 'vitest';
import { load, mistakesOf, workstreamText } from './document-texts.ts';

const first = '{ task_id: a, name: Do a, kind: code_edit }';

describe('a workstream', () => {
  it('is a workflow with a step a task, and is kept as it was read', () => {
    const text = workstreamText(
      [first, '{ task_id: b, name: Do b, kind: lint, depends_on: [a], allow_parallel: true }'],
      'concurrency: { max_parallel: 3 }\nerror_handling: { strategy: escalate }\n',
    );
    const { workflow, plan } = load(text);
    expect(workflow).toMatchObject({
      document: 'workstream_spec',
      name: 'Stream',
      path: 'd.yaml',
      text,
      params: {},
      env: {},
      workingDirectory: null,
      maxParallel: 3,
      timeoutMs: null,
      stopGraceMs: 5_000,
      onFailure: 'escalate',
      budget: null,
      workstream: { workstream_id: 'ws', phase_id: 'ph', tasks: [{ task_id: 'a' }, { task_id: 'b', depends_on: ['a'] }] },
    });
    expect(workflow.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(workflow.steps).toMatchObject([
      { id: 'a', index: 0, needs: [], position: { line: 9, column: 16 } },
      { id: 'b', index: 1, needs: ['a'], position: { line: 10, column: 16 } },
    ]);
    expect(plan.levels).toEqual([[0], [1]]);
    expect(Object.isFrozen(workflow.steps[0])).toBe(true);
  });

  it('is the same again from the same text, and from JSON', () => {
    const text = workstreamText([first, '{ task_id: b, name: B, kind: lint }']);
    expect(JSON.stringify(load(text))).toBe(JSON.stringify(load(text)));
    const task = { task_id: 'a', name: 'A', kind: 'lint' };
    const document = { workstream_id: 'w', project_id: 'p', phase_id: 'h', name: 'W', objective: '', tasks: [task] };
    const { workflow } = load(JSON.stringify(document));
    expect(workflow.steps[0]?.action).toMatchObject({ kind: 'task', task: { prompt: { OBJECTIVE: ['A'] } } });
    expect(workflow).toMatchObject({ maxParallel: null, onFailure: 'fail_fast' });
  });

  it('runs its tasks one after the other, but those that may run beside others', () => {
    const task = (id: string, more = '') => `{ task_id: ${id}, name: n, kind: k${more} }`;
    const beside = ', allow_parallel: true';
    const { workflow, plan } = load(
      workstreamText([task('a'), task('b', beside), task('c', beside), task('d'), task('e'), task('f', beside)]),
    );
    expect(workflow.steps.map((step) => [...step.after])).toEqual([[], ['a'], ['a'], ['b', 'c'], ['d'], ['e']]);
    expect(workflow.steps.flatMap((step) => step.needs)).toEqual([]);
    expect(plan.levels).toEqual([[0], [1, 2], [3], [4], [5]]);
    const free = load(workstreamText([task('a', beside), task('b', beside)]));
    expect(free.workflow.steps.flatMap((step) => step.after)).toEqual([]);
  });

  it('keeps to what tasks depend on: what is needed is pulled forward in the sequence', () => {
    const task = (id: string, more = '') => `{ task_id: ${id}, name: n, kind: k${more} }`;
    const { workflow, plan } = load(workstreamText([task('a', ', depends_on: [c]'), task('b'), task('c')]));
    expect(workflow.steps.map(({ id, needs, after }) => [id, [...needs], [...after]])).toEqual([
      ['a', ['c'], []],
      ['b', [], ['a']],
      ['c', [], []],
    ]);
    expect(plan.levels).toEqual([[2], [0], [1]]);
  });

  it('is told what is wrong with the ids of its tasks and with what they depend on', () => {
    const task = (id: string, more = '') => `{ task_id: ${id}, name: n, kind: k${more} }`;
    expect(mistakesOf(workstreamText([task('a'), task('b'), task('a'), task('B')]))).toEqual([
      ['SY012 9 |a| the task "a" is there twice', 'give one of them another id'],
      ['SY202 10 |B| task "B" differs from "b" in case only', 'give one of them another id'],
    ]);
    expect(
      mistakesOf(
        workstreamText([task('build', ', depends_on: [build, biuld, publish]'), task('b', ', depends_on: [build, build]')]),
      ),
    ).toEqual([
      ['SY204 7 |build| task "build" depends on itself', null],
      ['SY201 7 |biuld| unknown task "biuld"', 'did you mean "build"?'],
      ['SY201 7 |publish| unknown task "publish"', null],
      ['SY205 8 |build| task "b" names "build" twice in "depends_on"', null],
    ]);
    expect(
      mistakesOf(
        workstreamText([task('a', ', depends_on: [b]'), task('b', ', depends_on: [c]'), task('c', ', depends_on: [a]')]),
      ),
    ).toEqual([['SY203 7 |b| steps need each other in a cycle: a -> b -> c -> a', 'take one of these needs away']]);
  });

  it('is told what else cannot be run', () => {
    expect(mistakesOf(workstreamText([first], 'concurrency: { max_parallel: 1001 }\n'))).toEqual([
      ['SY105 6 |1001| "max_parallel": expected a whole number from 1 to 1000, found 1001', null],
    ]);
    expect(mistakesOf(workstreamText([first]).replace('name: Stream', 'name: "a\\tb"'))).toEqual([
      ['SY106 4 |"a\\tb"| bad name: a name has no control characters', null],
    ]);
    expect(mistakesOf(workstreamText([]).replace('tasks:', 'tasks: []'))).toEqual([
      ['SY101 6 |[]| "tasks": expected at least one task, found an empty list', null],
    ]);
    expect(mistakesOf(workstreamText(['{ task_id: a b, name: n }']))).toMatchObject([
      [expect.stringMatching(/^SY103 7 \|[^|]*\| "kind" is missing in entry 1 of "tasks"/), expect.anything()],
      [expect.stringMatching(/^SY101 7 \|a b\| "task_id": a task id is letters/), null],
    ]);
  });
});

describe('the acceptance of a workstream', () => {
  const tasks = [first, '{ task_id: b, name: B, kind: k, allow_parallel: true }'];
  const stepsOf = (acceptance: string) => {
    const { steps } = load(workstreamText(tasks, `acceptance: ${acceptance}\n`)).workflow;
    return steps.slice(2);
  };
  const checks = '[{ id: unit, type: test, command: npm test }, { id: "odd one!", type: x, command: odd, required: false }]';

  it('is a step a check after all tasks, and one that is not required may fail', () => {
    const steps = stepsOf(`{ checks: ${checks} }`);
    expect(steps).toMatchObject([
      {
        id: 'accept-unit',
        index: 2,
        needs: ['a', 'b'],
        after: [],
        action: { kind: 'run', script: 'npm test', expressions: {}, shell: null },
        continueOnError: false,
      },
      { id: 'accept-odd-one-', action: { script: 'odd' }, continueOnError: true },
    ]);
    expect(stepsOf(`{ checks: ${checks}, mode: all }`)).toEqual(steps);
    expect(stepsOf('{}')).toEqual([]);
    expect(stepsOf('{ mode: all }')).toEqual([]);
  });

  it('in mode any may see each check fail, and ends with a step that asks for one that succeeded', () => {
    const steps = stepsOf(`{ mode: any, checks: ${checks} }`);
    expect(steps.map(({ id, continueOnError }) => [id, continueOnError])).toEqual([
      ['accept-unit', true],
      ['accept-odd-one-', true],
      ['accept', false],
    ]);
    expect(steps[2]).toMatchObject({
      needs: ['accept-unit', 'accept-odd-one-'],
      action: { expressions: { STATEYARD_EXPR_1: { source: "steps['accept-unit'].state" } } },
    });
  });

  it('in mode custom is the answer of a person, who is told what nothing else can decide', () => {
    expect(stepsOf('{ mode: custom }')).toMatchObject([
      {
        id: 'accept',
        needs: ['a', 'b'],
        action: { kind: 'approve', question: ['Is the workstream Stream accepted?'], byDefault: 'reject' },
      },
    ]);
    const open = '{ id: look, type: manual, description: "Does it\\nlook right" }, { id: feel, type: manual }';
    expect(stepsOf(`{ mode: custom, checks: [{ id: unit, type: test, command: npm test }, ${open}] }`)).toMatchObject([
      { id: 'accept-unit', continueOnError: true },
      {
        id: 'accept',
        needs: ['accept-unit'],
        action: { question: ['Is the workstream Stream accepted? To be judged: Does it look right; feel'] },
      },
    ]);
    const long = stepsOf(`{ mode: custom, checks: [{ id: a, type: x, description: ${'y'.repeat(3_000)} }] }`)[0]?.action;
    expect(long).toMatchObject({ question: [expect.stringMatching(/^.{1999}…$/)] });
  });

  it('gives its steps ids that no other step has', () => {
    const taken = ['{ task_id: accept, name: n, kind: k }', '{ task_id: Accept-A, name: n, kind: k }'];
    const text = workstreamText(
      taken,
      'acceptance: { mode: any, checks: [{ id: a, type: x, command: a }, { id: a., type: x, command: b }] }\n',
    );
    expect(load(text).workflow.steps.map((step) => step.id)).toEqual([
      'accept',
      'Accept-A',
      'accept-a-2',
      'accept-a-',
      'accept-2',
    ]);
    const long = `acceptance: { checks: [{ id: ${'i'.repeat(150)}, type: x, command: a }, { id: ${'i'.repeat(151)}, type: x, command: b }] }\n`;
    const ids = load(workstreamText([first], long)).workflow.steps.map((step) => step.id);
    expect(ids.map((id) => id.length)).toEqual([1, 100, 100]);
    expect(new Set(ids).size).toBe(3);
  });

  it.each([
    ['{ checks: [{ id: a, type: x }] }', 'SY103 6 |a| check "a" has no command: nothing can decide it'],
    ['{ mode: any, checks: [{ id: a, type: x, command: " " }] }', 'SY103 6 |a| check "a" has no command: nothing can decide it'],
    ['{ mode: any }', 'SY103 6 |any| "mode: any" needs a check: of none at all none can succeed'],
    [
      '{ checks: [{ id: a, type: x, command: "echo ${{ run.id }}" }] }',
      'SY304 6 |${{| a command of this document cannot hold an expression',
    ],
    ['{ checks: [{ id: a, type: x, command: c }, { id: a, type: x, command: d }] }', 'SY012 6 |a| the check "a" is there twice'],
    ['{ mode: most }', 'SY101 6 |most| "mode": expected one of all, any, custom, found the text "most"'],
  ])('%s is refused', (acceptance, expected) => {
    expect(mistakesOf(workstreamText(tasks, `acceptance: ${acceptance}\n`)).map(([line]) => line)).toEqual([expected]);
  });
});
