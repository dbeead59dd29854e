import { describe, expect } from 'vitest';
import { expectSoundHistory } from '../conformance/stored-run.ts';
import { test, type Sandbox } from '../conformance/sandbox.ts';
import { MemoryMount, mountObstacle } from './memory-mount.ts';

const obstacle = mountObstacle();

/** A store with a run that has ended and one whose engine was killed while its step `held` was running and whose tool has ended since. */
async function prepare(box: Sandbox): Promise<{ readonly ended: string; readonly open: string }> {
  const done = await box.json('run', box.write('small.yaml', 'name: small\nsteps: { one: { run: echo hello } }\n'));
  expect(done.code).toBe(0);
  const run = box.start(['run', box.use('gated'), '--id', box.id]);
  await box.traced('held');
  run.kill('SIGKILL');
  await run.ended;
  box.killTools();
  return { ended: done.value.run_id, open: box.id };
}

describe.skipIf(obstacle !== null)(`a store that can only be read${obstacle === null ? '' : ` (skipped: ${obstacle})`}`, () => {
  test(
    'is shown by every reading verb; run, resume and the steering verbs end with 70 and say why; writable again, it goes on',
    { timeout: 120_000 },
    async ({ box }) => {
      const disk = new MemoryMount(box.store, 8);
      try {
        const { ended, open } = await prepare(box);
        disk.makeReadOnly();
        for (const args of [['ls'], ['show', ended], ['show', open], ['events', open], ['logs', ended], ['watch', ended]]) {
          const { code, stderr } = await box.cli(...args);
          expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
        }
        // It may find something to say (a run waits to be resumed), but not a fault of its own.
        const doctor = await box.cli('doctor');
        expect([0, 1], doctor.stderr).toContain(doctor.code);
        expect(await box.log('one', ended)).toBe('hello\n');
        for (const args of [['run', 'small.yaml'], ['resume', open], ['resume'], ['cancel', open], ['pause', open]]) {
          const { code, stderr } = await box.cli(...args);
          expect(code, `${args.join(' ')}: ${stderr}`).toBe(70);
          expect(stderr).toContain('read-only');
          expect(stderr).toContain('make the file system writable');
          expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
        }
        const { value } = await box.json('resume', open);
        expect(value.error).toMatchObject({ code: 'store_write_failed', file: expect.stringContaining(open) });
        disk.makeWritable();
        box.open();
        const resumed = await box.cli('resume', open);
        expect(resumed.code, resumed.stderr).toBe(0);
        await expectSoundHistory(box, open, { held: ['before'], after: ['held'] });
      } finally {
        disk.unmount();
      }
    },
  );
});
