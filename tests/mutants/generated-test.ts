import { isDeepStrictEqual } from 'node:util';
import { compileFunction } from 'node:vm';
import { transform } from 'sucrase';
import * as xstate from 'xstate';
import type { Actor, ActorOptions, AnyActorLogic, AnyStateMachine, InspectionEvent } from 'xstate';

/** Far more than any turn of ours takes: a mutant may go in circles for ever. */
const mostMicrosteps = 10_000;

interface Row {
  readonly name: string;
}

/**
 * Compiles a generated test file, so that it can be run without vitest against any number of machines: as it stands, with its own stubs and its own comparisons,
 * but for what it imports.
 *
 * @returns what runs it: the name of the first path that fails with a machine, null where all of them pass.
 */
export function compiledTest(source: string): (machine: AnyStateMachine) => string | null {
  const { code } = transform(source, { transforms: ['typescript', 'imports'] });
  const run = compileFunction(code, ['require', 'exports']) as (require: (name: string) => unknown, exports: object) => void;
  return (machine) => {
    let failed: string | null = null;
    const each = (rows: readonly Row[]) => (_: string, body: (row: Row) => void) => {
      failed ??= rows.find((row) => !passes(() => body(row)))?.name ?? null;
    };
    const vitest = { test: { each }, expect, afterAll: () => undefined };
    const ownMachine = new Proxy({}, { get: (_, name) => (name === '__esModule' ? true : machine) });
    const modules: Readonly<Record<string, unknown>> = {
      vitest,
      xstate: { ...xstate, createActor },
      'node:fs': {},
      'node:crypto': {},
    };
    run((name) => modules[name] ?? ownMachine, {});
    return failed;
  };
}

function passes(body: () => void): boolean {
  try {
    body();
    return true;
  } catch {
    // Whatever it says: the test has seen that something is wrong.
    return false;
  }
}

function expect(found: unknown): { toEqual: (wanted: unknown) => void } {
  return {
    toEqual: (wanted) => {
      if (!isDeepStrictEqual(found, wanted)) throw new Error('not equal');
    },
  };
}

function createActor(logic: AnyActorLogic, options: ActorOptions<AnyActorLogic>): Actor<AnyActorLogic> {
  let microsteps = 0;
  const inspect = (event: InspectionEvent): void => {
    if (event.type === '@xstate.microstep') microsteps += 1;
    if (microsteps > mostMicrosteps) throw new Error('it goes in circles');
    (options.inspect as (event: InspectionEvent) => void)(event);
  };
  return xstate.createActor(logic, { ...options, inspect });
}
