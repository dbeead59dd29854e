import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { stringify } from 'yaml';
import { expectDocument } from './documents.ts';
import { test, type Parsed, type Sandbox } from './sandbox.ts';

const schemas = join(import.meta.dirname, '../../docs/schemas');

/** Writes the example that the JSON Schema of a document holds. */
function writeExample(box: Sandbox, name: string, as: 'json' | 'yaml'): string {
  const [example] = JSON.parse(readFileSync(join(schemas, `${name}.json`), 'utf8')).examples as unknown[];
  return box.write(`${name}.${as}`, as === 'json' ? JSON.stringify(example, null, 2) : stringify(example));
}

describe.concurrent('validate, of documents', () => {
  test('recognises them in YAML and in JSON', async ({ box }) => {
    const names = ['patch_policy', 'run_record', 'doc_meta', 'project_profile', 'router_config', 'run_event'];
    const files = names.map((name, index) => writeExample(box, name, index % 2 === 0 ? 'yaml' : 'json'));
    const { code, value } = await box.json('validate', ...files);
    expect([code, value.files.map((each: Parsed) => each.document)]).toEqual([0, names]);
    await expectDocument(box, 'validate_report', value);
    const text = await box.cli('validate', files[0] ?? '');
    expect([text.stdout, text.stderr]).toEqual([`ok ${files[0]}: patch_policy\n`, '']);
  });

  test('says what a file was taken for, and takes it for another with --as', async ({ box }) => {
    const file = box.write('guess.yaml', 'name: a\ncategory: b\nconstraints: {}\n');
    const guessed = await box.json('validate', file);
    expect(guessed.value.files[0]).toMatchObject({ document: 'phase_spec', guessed_from: ['name', 'category', 'constraints'] });
    expect((await box.cli('validate', file)).stderr).toMatch(
      /was checked as phase_spec: it has name, category, constraints; --as NAME/,
    );
    const told = await box.cli('validate', file, '--as', 'patch_policy');
    expect([told.code, told.stderr]).toEqual([3, expect.stringContaining('unknown key "name" in a patch policy')]);
    expect(told.stderr).not.toContain('was checked as');
    expect((await box.cli('validate', file, '--as', 'phase')).code).toBe(2);
  });

  test('run refuses what cannot be run, and says what to do with it', async ({ box }) => {
    for (const [name, words] of [
      ['project_profile', /a project profile: it cannot be run[\s\S]*stateyard init/],
      ['patch_artifact', /a patch: it cannot be run[\s\S]*stateyard validate/],
    ] as const) {
      const { code, stderr } = await box.cli('run', writeExample(box, name, 'yaml'));
      expect([code, stderr]).toEqual([3, expect.stringMatching(words)]);
    }
  });
});

describe.concurrent('the documents of a run with a task', () => {
  test('fit their schemas: requests, prompts, decisions, outcomes, attempts, events and the record', async ({ box }) => {
    const capabilities = { task_kinds: ['lint'] };
    const apps = {
      tired: { kind: 'tool', command: 'sh', args: ['-c', 'exit 3'], capabilities },
      willing: { kind: 'tool', command: 'sh', args: ['-c', 'cat > report'], capabilities, adapter: { prompt: 'stdin' } },
    };
    const rule = { id: 'r', match: { task_kind: ['lint'] }, select_from: ['tired'], fallback_to: ['willing'] };
    box.write('router_config.json', JSON.stringify({ version: '1.0.0', apps, routing: { rules: [rule] } }));
    const file = box.write('w.yaml', 'name: w\nsteps: { lint: { task: lint, prompt: Look., verify: [test -e report] } }\n');
    const { code, lines } = await box.json('run', file);
    expect(code).toBe(0);
    for (const event of lines.slice(0, -1)) {
      await expectDocument(box, 'run_event', event);
      if (event.kind === 'route_decided') await expectDocument(box, 'route_decision', event.payload.decision);
      if (event.kind === 'tool_call_error') await expectDocument(box, 'outcome', event.payload.outcome);
    }
    expect(new Set(lines.map(({ kind }) => kind))).toContain('tool_call_error');
    await expectDocument(box, 'run_record', lines.at(-1));
    const { value: shown } = await box.json('show', '@latest');
    expect(shown.attempts.length).toBeGreaterThan(2);
    for (const attempt of shown.attempts) await expectDocument(box, 'step_attempt', attempt);
    const { value: explained } = await box.json('explain', '@latest', 'lint');
    await expectDocument(box, 'execution_request', explained.step.routing.request);
    expect(explained.step.routing.prompts).toHaveLength(2);
    for (const prompt of explained.step.routing.prompts) await expectDocument(box, 'prompt_instance', prompt);
    const request = join(box.store, 'runs', shown.run.run_id, 'attempts', 'lint.1', 'request.json');
    await expectDocument(box, 'execution_request', JSON.parse(readFileSync(request, 'utf8')));
    expect((await box.json('validate', request)).value.files[0]).toMatchObject({ valid: true, document: 'execution_request' });
  });
});
