import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { bootstrapMachine } from '../../machines/bootstrap.ts';
import { breakerMachine } from '../../machines/breaker.ts';
import { runMachine } from '../../machines/run.ts';
import { stepMachine } from '../../machines/step.ts';
import { chartOf } from '../../src/charts/chart-of.ts';
import { transitionsOf } from '../../src/charts/chart.ts';
import type { Chart } from '../../src/charts/chart.ts';
import { chartPromela } from '../../src/charts/formats/promela.ts';
import type { PromelaAssumptions } from '../../src/charts/formats/promela.ts';
import { scxmlEvent, scxmlName } from '../../src/charts/formats/scxml-names.ts';
import { chartScxml } from '../../src/charts/formats/scxml.ts';
import { canCome, eventsOf } from '../../src/charts/verify/chart-events.ts';
import { twinOf } from '../../src/charts/verify/twin.ts';
import type { Turn, Twin } from '../../src/charts/verify/twin.ts';
import { interpreterOf } from './scxml-interpreter.ts';

const run = promisify(execFile);
const missing = ['spin', 'gcc'].filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
if (missing.length > 0)
  console.log(`SPIN proves nothing here: ${missing.join(' and ')} is not installed (apt-get install spin gcc)`);

/** What SPIN says of each property of a model: how many errors it found. */
async function errorsFound(model: string, properties: readonly string[]): Promise<Record<string, number>> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'stateyard-spin-'));
  try {
    await writeFile(path.join(cwd, 'chart.pml'), model);
    await run('spin', ['-a', 'chart.pml'], { cwd });
    await run('gcc', ['-O0', '-w', '-o', 'pan', 'pan.c'], { cwd });
    const found: Record<string, number> = {};
    for (const property of properties) {
      const { stdout } = await run('./pan', ['-m10000', '-w14', '-a', '-N', property], { cwd });
      found[property] = Number(/errors: (\d+)/.exec(stdout)?.[1] ?? 'NaN');
    }
    return found;
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

function machine(states: object, more: object = {}): AnyStateMachine {
  return createMachine({ id: 'm', initial: Object.keys(states)[0], states, ...more } as never);
}

describe.skipIf(missing.length > 0)('SPIN proves that', () => {
  const timers = { unreliable: ['xstate.done.actor.deadline'] };
  const proofs: readonly (readonly [string, AnyStateMachine, PromelaAssumptions, string])[] = [
    ['a run always ends', runMachine, { ...timers, endTags: ['ended'] }, 'always_ends'],
    ['a step always ends', stepMachine, timers, 'always_ends'],
    ['a breaker always closes again', breakerMachine, {}, 'always_returns'],
    ['an init always ends', bootstrapMachine, {}, 'always_ends'],
  ];
  it.concurrent.each(proofs)('%s, and is never stuck', async (_, proven, assumptions, property) => {
    const model = chartPromela(chartOf(proven), assumptions);
    expect(await errorsFound(model, ['no_deadlock', property])).toEqual({ no_deadlock: 0, [property]: 0 });
  });

  it.concurrent('a machine with a dead end gets stuck and does not end', async () => {
    const model = chartPromela(chartOf(machine({ a: { on: { GO: 'b', END: 'e' } }, b: {}, e: { type: 'final' } })));
    expect(await errorsFound(model, ['no_deadlock', 'always_ends'])).toEqual({ no_deadlock: 1, always_ends: 1 });
  });
});

describe('a model for SPIN', () => {
  it('names the configurations and the events, and lets no name end a comment', () => {
    const model = chartPromela(chartOf(machine({ a: { on: { '*/GO': 'e' } }, e: { type: 'final' } })));
    expect(model).toContain('/* 1: m.e */');
    expect(model).toContain(':: atomic { at == 0 -> at = 1 } /* * /GO */');
  });

  it('is refused of a chart with more configurations than are explored', () => {
    const chart = chartOf(machine({ a: { on: { GO: 'b' } }, b: { on: { GO: 'a' } } }));
    const bounds = { configurations: 1, answerSequences: 8, turns: 100 };
    expect(() => chartPromela(chart, { bounds })).toThrow(/^the chart m has more configurations/);
  });
});

/** Everything in which the two semantics could differ: regions that end, history of both kinds, delays, wildcards, reentry, chains without an event. */
const featured = machine({
  idle: { on: { START: 'work', BACK: 'work.deep', LAST: 'work.shallow', 'job.*': 'chain', JUMP: 'work.right.r2' } },
  chain: { always: [{ guard: 'p', target: 'work' }, { guard: 'q', target: 'over' }, { target: 'idle' }] },
  work: {
    type: 'parallel',
    states: {
      left: {
        initial: 'l1',
        states: {
          l1: {
            after: { 10: 'l2' },
            on: {
              NEXT: [
                { guard: 'p', target: 'l2' },
                { guard: 'q', target: 'l3' },
              ],
            },
          },
          l2: {
            initial: 'x',
            states: { x: { on: { IN: 'y' } }, y: { type: 'final' } },
            onDone: 'l3',
            on: { AGAIN: { target: 'l2', reenter: true } },
          },
          l3: { type: 'final' },
        },
      },
      right: {
        initial: 'r1',
        states: {
          r1: { on: { NEXT: 'r2', STOP: '#m.idle' } },
          r2: { on: { NEXT: 'r1', END: { guard: 'r', target: 'r3' } } },
          r3: { type: 'final' },
        },
      },
      deep: { type: 'history', history: 'deep' },
      shallow: { type: 'history' },
    },
    invoke: { id: 'helper', src: 'helper', onDone: { guard: 'q', target: '.left.l2' }, onError: 'over' },
    onDone: 'over',
    on: { STOP: 'idle', '*': { guard: 'r', target: 'idle' } },
  },
  over: { on: { AGAIN: 'idle', END: 'end' } },
  end: { type: 'final' },
});

/** One turn of the twin in which every guard of one name says the same. */
function turnBy(said: Readonly<Record<string, boolean>>, turn: (script: readonly boolean[]) => Turn): Turn {
  let script: readonly boolean[] = [];
  for (;;) {
    const tried = turn(script);
    const wanted = tried.asked.map(({ transition }) => said[transition.guard ?? ''] === true);
    const wrong = tried.asked.findIndex((answer, index) => answer.said !== wanted[index]);
    if (wrong < 0) return tried;
    script = wanted.slice(0, wrong + 1);
  }
}

interface Compared {
  readonly chart: Chart;
  readonly twin: Twin;
  readonly scxml: string;
}

/** Drives both along the same choices, and gives the configurations of each. */
function alongBoth(
  { chart, twin, scxml }: Compared,
  choices: readonly (readonly [number, number])[],
): { readonly ours: string[][]; readonly theirs: string[][] } {
  const guards = [...new Set(transitionsOf(chart).flatMap(({ guard }) => guard ?? []))];
  const saying = (bits: number): Record<string, boolean> =>
    Object.fromEntries(guards.map((guard, index) => [guard, (bits >> index) % 2 === 1]));
  const theirs = interpreterOf(scxml);
  const [first] = choices;
  let said = saying(first?.[0] ?? 0);
  let here = turnBy(said, (script) => twin.start(script)).to;
  const seen = { ours: [] as string[][], theirs: [] as string[][] };
  const note = (theirLeaves: readonly string[]): void => {
    seen.ours.push((here?.leaves ?? []).map(scxmlName).toSorted());
    seen.theirs.push([...theirLeaves].sort());
  };
  note(theirs.start(said));
  for (const [bits, choice] of choices.slice(1)) {
    const from = here;
    if (from === null || from.status !== 'active') break;
    const coming = eventsOf(chart).filter((event) => canCome(event, from.active));
    const event = coming[choice % coming.length]?.name ?? '';
    said = saying(bits);
    const { to } = turnBy(said, (script) => twin.send(from, event, script));
    // The error of an actor that nothing takes ends a machine of XState, and is nothing to SCXML.
    if (to?.status === 'broken') continue;
    here = to;
    note(theirs.send(scxmlEvent(event), said));
  }
  return seen;
}

describe('the SCXML of a chart goes through the same configurations in an interpreter that is not of XState:', () => {
  it.each([
    ['run', runMachine],
    ['step', stepMachine],
    ['breaker', breakerMachine],
    ['bootstrap', bootstrapMachine],
    ['one with everything', featured],
  ])('%s', (_, compared) => {
    const chart = chartOf(compared);
    const both = { chart, twin: twinOf(chart), scxml: chartScxml(chart) };
    const choices = fc.array(fc.tuple(fc.nat(2 ** 24), fc.nat(1000)), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(choices, (chosen) => {
        const { ours, theirs } = alongBoth(both, chosen);
        expect(theirs).toEqual(ours);
      }),
      { numRuns: 40, seed: 6 },
    );
  });
});
