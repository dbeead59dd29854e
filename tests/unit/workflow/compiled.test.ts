import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadWorkflow } from '../../../src/workflow/load.ts';
import { readCompiled, writeCompiled } from '../../../src/workflow/compiled.ts';
import type { ExpressionContext } from '../../../src/workflow/model.ts';

const top = path.resolve(import.meta.dirname, '../../..');

/** Every file below a folder that is a workflow, or a document that can be run. */
function runnable(folder: string): string[] {
  const files = readdirSync(path.join(top, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
  return files.filter((file) => loadWorkflow({ path: file, text: readFileSync(file, 'utf8') }).ok);
}

function load(file: string, text: string) {
  const loaded = loadWorkflow({ path: file, text });
  if (!loaded.ok) throw new Error(`${file} is not valid`);
  const { path: where, sha256 } = loaded.workflow;
  return { ...loaded, origin: { path: where, text, sha256 } };
}

describe('the compiled form of a workflow', () => {
  const files = [...runnable('examples'), ...runnable('src/profiles'), ...runnable('tests/fixtures/workflows')];

  it('is tried with many workflows', () => {
    expect(files.length).toBeGreaterThan(40);
  });

  it.each(files.map((file) => path.relative(top, file)))('gives the same workflow and plan: %s', (file) => {
    const { workflow, plan, origin } = load(file, readFileSync(path.join(top, file), 'utf8'));
    const compiled = writeCompiled(workflow, plan);
    expect(compiled).not.toBeNull();
    const again = readCompiled(compiled ?? '', origin);
    // Expressions are compared by their text, which is all that they are made of.
    expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify({ workflow, plan })));
    expect(again?.plan).toEqual(plan);
    expect(Object.values(again?.workflow.params ?? {}).map((spec) => Object.keys(spec).sort())).toEqual(
      Object.values(workflow.params).map((spec) => Object.keys(spec).sort()),
    );
  });

  it('has expressions that can be evaluated', () => {
    const text = "name: x\nsteps:\n  a: { if: \"run.id == 'r' && always()\", command: [echo, '${{ run.workflow }}'] }\n";
    const { workflow, plan, origin } = load('x.yaml', text);
    const step = readCompiled(writeCompiled(workflow, plan) ?? '', origin)?.workflow.steps[0];
    const context = {
      params: {},
      env: {},
      steps: {},
      run: { id: 'r', workflow: 'x' },
      status: { success: true, failure: false, cancelled: false },
    } as unknown as ExpressionContext;
    expect(step?.if?.evaluate(context)).toBe(true);
    expect(step?.if?.readsStatus).toBe(true);
    const argument = step?.action.kind === 'command' ? step.action.argv[1]?.[0] : undefined;
    expect(typeof argument === 'object' && argument.evaluate(context)).toBe('x');
  });

  it('is not made of a text that could be taken for an expression', () => {
    const { workflow, plan } = load('x.yaml', 'name: x\nsteps:\n  a: { command: [echo, "$expression"] }\n');
    expect(writeCompiled(workflow, plan)).toBeNull();
  });

  it.each(['', '{', '[]', 'null', '{"format":0}'])('is not read from %j', (json) => {
    expect(readCompiled(json, { path: 'x', text: '', sha256: '' })).toBeNull();
  });
});
