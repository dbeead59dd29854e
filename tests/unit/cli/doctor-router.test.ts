import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DoctorReport } from '../../../schemas/cli/doctor-report.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { configOf, tool } from '../routing/route-fixture.ts';
import { fakeIo } from './fake-io.ts';
import { expectDocument } from './json-shape.ts';

let top: string;
let file: string;
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'stateyard-doctor-'));
  file = join(top, 'router_config.json');
});
afterEach(() => rm(top, { recursive: true, force: true }));

const router = vi.hoisted(() => ({ loads: 0 }));
vi.mock('../../../src/routing/router-file.ts', (original) => {
  router.loads += 1;
  return original();
});

/** What doctor says of the router configuration and of its tools, in a place without a store. */
async function doctor(): Promise<{ code: number; checks: DoctorReport['checks'] }> {
  const io = fakeIo({ cwd: top, env: { PATH: '/bin:/usr/bin' } });
  const code = await runProgram(['doctor', '--json', '--store', join(top, '.stateyard')], io);
  const report = JSON.parse(io.out()) as DoctorReport;
  await expectDocument('doctor_report', report);
  return { code, checks: report.checks.filter(({ subject }) => /^(router|tool) /.test(subject)) };
}

describe('the router configuration beside the store', () => {
  // The first of this file: a module is loaded once.
  it('is looked at where there is one, and the router is loaded for that alone', async () => {
    expect([await doctor(), router.loads]).toEqual([{ code: 0, checks: [] }, 0]);
    await writeFile(file, JSON.stringify(configOf({ lint: tool() })));
    const message = `${file} with 1 tool`;
    expect([await doctor(), router.loads]).toEqual([
      { code: 0, checks: [{ subject: 'router configuration', ok: true, message, advice: null }] },
      1,
    ]);
  });

  it('may name tools that are not installed: each is told, and none is a problem', async () => {
    await mkdir(join(top, 'bin'));
    await writeFile(join(top, 'bin', 'here'), '#!/bin/sh\n', { mode: 0o755 });
    const apps = {
      here: tool({ command: 'bin/here' }),
      gone: tool({ command: 'stateyard-test-no-such-program' }),
      away: tool({ command: 'bin/away' }),
    };
    await writeFile(file, JSON.stringify(configOf(apps)));
    const { code, checks } = await doctor();
    expect([code, checks.map(({ subject, ok, message }) => `${ok} ${subject}: ${message}`)]).toEqual([
      0,
      [
        `true router configuration: ${file} with 3 tools`,
        'true tool gone: the program "stateyard-test-no-such-program" was not found on PATH',
        'true tool away: the program "bin/away" does not exist',
      ],
    ]);
    expect(checks[1]?.advice).toContain('until it is installed');
  });

  it('is a problem where it is invalid: its first mistakes are told with their places', async () => {
    await writeFile(file, '{\n  "version": "1.0.0",\n  "apps": {},\n  "routing": { "rules": 1 },\n  "a": 1, "b": 2, "c": 3\n}\n');
    const { code, checks } = await doctor();
    expect([code, checks]).toEqual([
      1,
      [
        {
          subject: 'router configuration',
          ok: false,
          message: expect.stringMatching(
            new RegExp(
              `^\\d+ errors in ${file}: line 4, column \\d+: .* \\(SY\\d+\\); .* \\(SY\\d+\\); .* \\(SY\\d+\\); and \\d more$`,
            ),
          ) as string,
          advice: expect.stringContaining('stateyard tools') as string,
        },
      ],
    ]);
  });

  it('is a problem where it cannot be read', async () => {
    await mkdir(file);
    const { code, checks } = await doctor();
    expect([code, checks.map(({ ok, message }) => `${ok} ${message}`)]).toEqual([
      1,
      [`false the router configuration ${file} is a folder`],
    ]);
  });
});
