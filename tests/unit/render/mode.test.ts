import { describe, expect, test } from 'vitest';
import { pickMode, useColor } from '../../../src/cli/render/mode.ts';

describe('the mode', () => {
  test.each([
    ['json', { json: true, quiet: true, isTTY: true, env: { GITHUB_ACTIONS: 'true' } }],
    ['quiet', { json: false, quiet: true, isTTY: true, env: { GITHUB_ACTIONS: 'true' } }],
    ['github', { json: false, quiet: false, isTTY: false, env: { GITHUB_ACTIONS: 'true', CI: 'true' } }],
    ['tty', { json: false, quiet: false, isTTY: true, env: { TERM: 'xterm-256color' } }],
    ['tty', { json: false, quiet: false, isTTY: true, env: { CI: 'false' } }],
    ['tty', { json: false, quiet: false, isTTY: true, env: { CI: '', GITHUB_ACTIONS: 'false' } }],
    ['plain', { json: false, quiet: false, isTTY: false, env: {} }],
    ['plain', { json: false, quiet: false, isTTY: true, env: { TERM: 'dumb' } }],
    ['plain', { json: false, quiet: false, isTTY: true, env: { CI: '1' } }],
  ] as const)('is %s for %j', (mode, choice) => {
    expect(pickMode(choice)).toBe(mode);
  });
});

describe('colour', () => {
  test.each([
    [true, { isTTY: true, env: {} }],
    [false, { isTTY: false, env: {} }],
    [false, { isTTY: false, env: { CI: 'true' } }],
    [true, { isTTY: false, env: { CI: 'true', GITHUB_ACTIONS: 'true' } }],
    [false, { isTTY: true, env: { NO_COLOR: '1' } }],
    [true, { isTTY: true, env: { NO_COLOR: '' } }],
    [false, { isTTY: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }],
    [true, { isTTY: false, env: { FORCE_COLOR: '1' } }],
    [true, { isTTY: false, env: { FORCE_COLOR: '', TERM: 'dumb' } }],
    [false, { isTTY: true, env: { FORCE_COLOR: '0' } }],
    [false, { isTTY: true, env: { FORCE_COLOR: 'false' } }],
    [false, { isTTY: true, env: { TERM: 'dumb' } }],
  ])('is %s for %j', (color, choice) => {
    expect(useColor(choice)).toBe(color);
  });
});
