import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AttemptEnd, AttemptPort, AttemptSpec } from '../../src/engine/ports.ts';
import { untapped } from './call-tap.ts';

/**
 * Tools that end at once, without a process, and that outlive their engine: what the steps of points.yaml do. Each execution adds its line to the
 * file `trace` of the project.
 */
export function instantAttempts(): AttemptPort {
  const ends = new Map<string, AttemptEnd>();
  const execute = (spec: AttemptSpec): AttemptEnd => {
    const step = spec.env['STATEYARD_STEP_ID'] ?? '';
    appendFileSync(join(spec.cwd, 'trace'), `${step} ${spec.env['STATEYARD_ATTEMPT'] ?? ''} ${spec.attemptId}\n`);
    const output = spec.env['STATEYARD_OUTPUT'] ?? '';
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, step === 'make' ? 'count=3\n' : '');
    const fails = step === 'flaky' && !existsSync(join(spec.cwd, 'tried'));
    if (fails) writeFileSync(join(spec.cwd, 'tried'), '');
    const end: AttemptEnd = {
      outcome: fails ? { kind: 'exitNonZero', exitCode: 75 } : { kind: 'succeeded', exitCode: 0 },
      endedAtMs: Date.now(),
    };
    ends.set(spec.attemptId, end);
    return end;
  };
  const neverStarted = (): AttemptEnd => ({
    outcome: { kind: 'interrupted', message: 'the engine ended before the program of the attempt was started' },
    endedAtMs: Date.now(),
  });
  return {
    start: (spec) => Promise.resolve(untapped(() => execute(spec))),
    reattach: (spec) => Promise.resolve(ends.get(spec.attemptId) ?? neverStarted()),
    tail: () => Promise.resolve(''),
    stop: () => Promise.resolve({ endedByItself: null }),
    sweep: () => Promise.resolve(0),
  };
}
