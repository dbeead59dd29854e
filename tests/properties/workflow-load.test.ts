import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadWorkflow } from '../../src/workflow/load.ts';
import { editDistance } from '../../src/workflow/suggestion.ts';
import { splitTemplate } from '../../src/workflow/template.ts';

const alphabet = [
  ...'ab:- \n{}[]"\'#&*!|>?,$%@`0',
  '\n  ',
  ': ',
  '- ',
  '${{ ',
  ' }}',
  'name: x\n',
  'steps:\n',
  '  a: ',
  'run',
  'params.x',
  '&a ',
  '*a',
];
const soup = fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }).map((parts) => parts.join(''));

describe('loading any text', () => {
  it('gives a workflow or at least one diagnostic inside of the file, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          soup,
          soup.map((text) => `name: x\nsteps:\n  a:\n    run: ${text}`),
          fc.string(),
        ),
        (text) => {
          const result = loadWorkflow({ path: 'w', text });
          if (result.ok) return;
          expect(result.diagnostics.length).toBeGreaterThan(0);
          const lines = text.split('\n');
          for (const { line, column, endColumn } of result.diagnostics) {
            expect(line).toBeLessThanOrEqual(lines.length);
            expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 2);
            expect(endColumn).toBeGreaterThan(column);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives the steps that the YAML library gives, also for a file read in pieces', () => {
    const script = fc.constantFrom(
      'run: echo a',
      'run: |\n      echo\n\n      # b\n    # c',
      'run: "a\n      b"',
      'command: [a,\n      b]',
      'run: a\n      b',
      '"run": x',
    );
    fc.assert(
      fc.property(fc.array(script, { minLength: 1, maxLength: 8 }), fc.constantFrom('  ', '    '), (scripts, indent) => {
        const steps = Array.from(
          { length: 1_500 },
          (_, index) =>
            `${indent}step_number_${index}:\n${indent}${indent}description: so that the file is long enough to be read in several pieces\n${indent}${indent}${(scripts[index % scripts.length] ?? '').replaceAll('\n    ', `\n${indent}${indent}`)}\n`,
        );
        const text = `name: x\nsteps:\n${steps.join('')}`;
        const result = loadWorkflow({ path: 'w', text });
        const expected = parse(text) as { steps: Record<string, { run?: string; command?: string[] }> };
        expect(result.ok ? [] : result.diagnostics).toEqual([]);
        const found = result.ok
          ? result.workflow.steps.map(({ id, action }) => [
              id,
              action.kind === 'run' ? action.script : action.kind === 'command' ? action.argv.flat() : action.kind,
            ])
          : [];
        expect(found).toEqual(Object.entries(expected.steps).map(([id, { run, command }]) => [id, run ?? command]));
      }),
      { numRuns: 2 },
    );
  });
});

describe('pieces of the loader', () => {
  it('splits a template into parts that make up the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('${{', '}}', "'", ' ', 'a', '$', '{', '}')).map((parts) => parts.join('')),
        (text) => {
          let rebuilt = '';
          for (const part of splitTemplate(text)) {
            if (part.kind === 'text') rebuilt += part.text;
            else if (part.kind === 'unclosed') rebuilt += text.slice(part.opens);
            else rebuilt += text.slice(part.opens, text.indexOf('}}', part.start + part.source.length) + 2);
          }
          expect(rebuilt).toBe(text);
        },
      ),
    );
  });

  it('measures a distance that is symmetric, zero only for equals, and at most the longer length', () => {
    const word = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
