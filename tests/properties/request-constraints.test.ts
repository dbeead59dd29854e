import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tightestConstraints, weakenings } from '../../router/constraints.ts';
import type { RequestDraft } from '../../router/request-draft.ts';
import { draftRequest } from '../../router/request.ts';
import { phaseConstraintsSchema } from '../../schemas/work.ts';
import type { PhaseConstraints } from '../../schemas/work.ts';
import { phaseWith, sourcesWith, workstreamWith } from '../unit/router/request-fixture.ts';

const flag = fc.boolean();
const most = fc.integer({ min: 1, max: 4 });
const some = <T>(values: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(values, { requiredKeys: [] });
const constraints: fc.Arbitrary<PhaseConstraints> = some({
  patch: some({ patch_required: flag, max_lines_changed: most, max_files_changed: most }),
  tests: some({ tests_must_run: flag, tests_must_pass: flag, test_command: fc.constantFrom('make test', 'npm test') }),
  behavior: some({ ascii_only: flag, require_doc_update: flag }),
});

function expectAsTight(given: NonNullable<RequestDraft['constraints']>, { patch = {}, tests = {} }: PhaseConstraints): void {
  const { max_lines_changed: lines = Infinity, max_files_changed: files = Infinity } = patch;
  expect(given.max_lines_changed ?? Infinity).toBeLessThanOrEqual(lines);
  expect(given.max_files_changed ?? Infinity).toBeLessThanOrEqual(files);
  if (patch.patch_required === true) expect(given.patch_only).toBe(true);
  if (tests.tests_must_pass === true) expect(given.tests_must_pass).toBe(true);
}

describe('constraints', () => {
  test('are never weaker than any that they were made from', () => {
    fc.assert(
      fc.property(fc.array(constraints, { maxLength: 4 }), (layers) => {
        const tightest = tightestConstraints(layers);
        expect(phaseConstraintsSchema.parse(tightest)).toEqual(tightest);
        // Of two test commands the wider document's counts, and the narrower one is a mistake that is reported.
        const weaker = layers.flatMap((layer) => weakenings(layer, tightest)).filter(({ path }) => path[1] !== 'test_command');
        expect(weaker).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('of a request are never weaker than those of phase and workstream, or the request is refused', () => {
    let drafts = 0;
    let refusals = 0;
    fc.assert(
      fc.property(constraints, constraints, constraints, (phase, workstream, task) => {
        const made = draftRequest(
          sourcesWith(
            { constraints: task },
            { phase: phaseWith({ constraints: phase }), workstream: workstreamWith({ constraints: workstream }) },
          ),
        );
        if ('problems' in made) {
          refusals += 1;
          expect(new Set(made.problems.map(({ code }) => code))).toEqual(new Set(['constraint_weakened']));
          return;
        }
        drafts += 1;
        for (const layer of [phase, workstream, task]) expectAsTight(made.draft.constraints ?? {}, layer);
      }),
      { numRuns: 200 },
    );
    expect(drafts).toBeGreaterThan(5);
    expect(refusals).toBeGreaterThan(5);
  });
});
