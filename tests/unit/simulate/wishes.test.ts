import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { readWishes, type GivenWishes } from '../../../src/simulate/wishes.ts';
import { setupOf } from './simulation-setup.ts';

const { workflow } = setupOf(`
name: wishes
steps:
  build: { run: 'true', outputs: { size: integer, name: string } }
  test: { needs: build, run: 'true' }
  ship: { needs: test, approve: Ship it? }
`);

const read = (given: Partial<GivenWishes>) => readWishes({ fail: [], duration: [], output: [], approve: [], ...given }, workflow);

function refusalOf(given: Partial<GivenWishes>): UserError {
  try {
    read(given);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('the wishes of a simulation', () => {
  it('are read by step: shares, times, outputs of their type, answers', () => {
    const wishes = read({
      fail: ['build=.5', 'test=1'],
      duration: ['build=90s', 'ship=1m'],
      output: ['build.size=7', 'build.name=a=b'],
      approve: ['ship=no'],
    });
    expect([...wishes.failures]).toEqual([
      ['build', 0.5],
      ['test', 1],
    ]);
    expect([...wishes.durationsMs]).toEqual([
      ['build', 90_000],
      ['ship', 60_000],
    ]);
    expect([...(wishes.outputs.get('build') ?? [])]).toEqual([
      ['size', 7],
      ['name', 'a=b'],
    ]);
    expect(wishes.answers.get('ship')).toBe(false);
  });

  it('take * for every step that is executed, and let a later flag win', () => {
    expect([...read({ fail: ['*=0.2', 'test=0'] }).failures]).toEqual([
      ['build', 0.2],
      ['test', 0],
    ]);
  });

  it.for([
    [{ fail: ['build'] }, /--fail takes a name, = and a value/],
    [{ fail: ['build=1.5'] }, /no probability/],
    [{ fail: ['build=-1'] }, /no probability/],
    [{ fail: ['build='] }, /no probability/],
    [{ fail: ['biuld=1'] }, /no step "biuld"/],
    [{ fail: ['ship=1'] }, /asks a person/],
    [{ duration: ['build=soon'] }, /no duration/],
    [{ duration: ['other=1s'] }, /no step "other"/],
    [{ output: ['build=7'] }, /a step, a dot, an output/],
    [{ output: ['build.other=7'] }, /declares no output "other"/],
    [{ output: ['build.toString=7'] }, /declares no output "toString"/],
    [{ output: ['build.size=seven'] }, /expected a whole number, found "seven"/],
    [{ approve: ['ship=maybe'] }, /neither yes nor no/],
    [{ approve: ['test=yes'] }, /asks nobody/],
  ] as const)('refuses %o', ([given, message]) => {
    const refusal = refusalOf(given);
    expect(refusal).toMatchObject({ code: 'simulate_wish_invalid', exitCode: 2 });
    expect(refusal.message).toMatch(message);
  });

  it('hints at the step that was meant', () => {
    expect(refusalOf({ duration: ['biuld=1s'] }).hint).toMatch(/build/);
  });
});
