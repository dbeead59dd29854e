import { describe, expect, test } from 'vitest';
import { tightestConstraints, weakenings } from '../../../router/constraints.ts';

describe('the tightest constraints', () => {
  test('are the smallest numbers, every duty, and the first test command', () => {
    expect(
      tightestConstraints([
        { patch: { max_lines_changed: 100, max_files_changed: 3 }, tests: { tests_must_pass: true, test_command: 'npm test' } },
        { patch: { max_lines_changed: 40, patch_required: false }, behavior: { ascii_only: true } },
        { patch: { max_lines_changed: 90, patch_required: true }, tests: { test_command: 'npm test', tests_must_pass: false } },
      ]),
    ).toEqual({
      patch: { max_lines_changed: 40, max_files_changed: 3, patch_required: true },
      tests: { tests_must_pass: true, test_command: 'npm test' },
      behavior: { ascii_only: true },
    });
  });

  test('are none where nobody says anything', () => {
    expect(tightestConstraints([])).toEqual({});
    expect(tightestConstraints([null, undefined, { patch: {} }])).toEqual({});
  });
});

describe('a constraint is weakened', () => {
  test('by a greater number, a duty that is taken back, another test command', () => {
    const outer = {
      patch: { patch_required: true, max_lines_changed: 10, max_files_changed: 2 },
      tests: { tests_must_run: true, tests_must_pass: true, test_command: 'make test' },
      behavior: { ascii_only: true, require_doc_update: true },
    };
    const inner = {
      patch: { patch_required: false, max_lines_changed: 11, max_files_changed: 3 },
      tests: { tests_must_run: false, tests_must_pass: false, test_command: 'true' },
      behavior: { ascii_only: false, require_doc_update: false },
    };
    expect(weakenings(outer, inner)).toEqual([
      { path: ['patch', 'patch_required'], inner: false, outer: true },
      { path: ['patch', 'max_lines_changed'], inner: 11, outer: 10 },
      { path: ['patch', 'max_files_changed'], inner: 3, outer: 2 },
      { path: ['tests', 'tests_must_run'], inner: false, outer: true },
      { path: ['tests', 'tests_must_pass'], inner: false, outer: true },
      { path: ['tests', 'test_command'], inner: 'true', outer: 'make test' },
      { path: ['behavior', 'ascii_only'], inner: false, outer: true },
      { path: ['behavior', 'require_doc_update'], inner: false, outer: true },
    ]);
  });

  test('not by the same, by less, by what is left out, nor where nothing was said', () => {
    const outer = { patch: { max_lines_changed: 10, patch_required: false }, tests: { test_command: 'make test' } };
    expect(weakenings(outer, outer)).toEqual([]);
    expect(weakenings(outer, { patch: { max_lines_changed: 9, patch_required: true } })).toEqual([]);
    expect(weakenings(outer, null)).toEqual([]);
    expect(weakenings(null, outer)).toEqual([]);
    expect(weakenings({}, { tests: { test_command: 'x' }, behavior: { ascii_only: false } })).toEqual([]);
  });
});
