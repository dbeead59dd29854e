import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { expectSoundHistory } from '../conformance/stored-run.ts';
import { test, type Sandbox } from '../conformance/sandbox.ts';
import { MemoryMount, mountObstacle } from './memory-mount.ts';

/** `fill` takes all the room that the store's disk has left, the first time that it runs. */
const workflow = `name: full
max_parallel: 1
steps:
  before:
    run: echo "$STATEYARD_STEP_ID $STATEYARD_ATTEMPT_ID" >>"$TRACE"
  fill:
    needs: before
    run: |
      echo "$STATEYARD_STEP_ID $STATEYARD_ATTEMPT_ID" >>"$TRACE"
      if [ ! -e "$FOLDER/filled" ]; then
        : >"$FOLDER/filled"
        cat /dev/zero >"$FOLDER/.stateyard/ballast" 2>/dev/null || true
      fi
  after:
    needs: fill
    run: echo "$STATEYARD_STEP_ID $STATEYARD_ATTEMPT_ID" >>"$TRACE"
`;

const obstacle = mountObstacle();

function expectClearFailure({ code, stderr }: { readonly code: number | null; readonly stderr: string }): void {
  expect(code, stderr).toBe(70);
  expect(stderr).toMatch(/stateyard: .*ENOSPC/);
  expect(stderr).toContain('free some space');
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
}

async function onSmallDisk(box: Sandbox, work: (ballast: string) => Promise<void>): Promise<void> {
  const disk = new MemoryMount(box.store, 2);
  try {
    await work(join(box.store, 'ballast'));
  } finally {
    disk.unmount();
  }
}

describe.skipIf(obstacle !== null)(`a store on a disk that is full${obstacle === null ? '' : ` (skipped: ${obstacle})`}`, () => {
  test('a run that fills it ends with 70 and says what to do; with room again resume ends it', { timeout: 120_000 }, ({ box }) =>
    onSmallDisk(box, async (ballast) => {
      const ended = await box.cli('run', box.write('full.yaml', workflow), '--id', box.id);
      expectClearFailure(ended);
      // What was acknowledged can be read on the full disk.
      expect((await box.steps(box.id))['before'].state).toBe('succeeded');
      expectClearFailure(await box.cli('resume', box.id));
      rmSync(ballast);
      const resumed = await box.cli('resume', box.id);
      expect(resumed.code, resumed.stderr).toBe(0);
      const steps = await box.steps(box.id);
      expect([steps['before'].attempts, steps['after'].attempts]).toEqual([1, 1]);
      await expectSoundHistory(box, box.id, { fill: ['before'], after: ['fill'] });
      expect((await box.json('doctor')).value.checks.filter((check: { ok: boolean }) => !check.ok)).toEqual([]);
    }),
  );

  test('a run that finds it full ends with 70 and can be started anew under the same id', { timeout: 120_000 }, ({ box }) =>
    onSmallDisk(box, async (ballast) => {
      expect((await box.cli('run', box.write('full.yaml', 'name: small\nsteps: { one: { command: [true] } }\n'))).code).toBe(0);
      expect(() => writeFileSync(ballast, Buffer.alloc(4 << 20))).toThrow('ENOSPC');
      expectClearFailure(await box.cli('run', 'full.yaml', '--id', box.id));
      rmSync(ballast);
      const again = await box.cli('run', 'full.yaml', '--id', box.id);
      expect(again.code, again.stderr).toBe(0);
    }),
  );
});
