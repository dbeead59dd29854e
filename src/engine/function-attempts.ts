import { statSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Outcome } from '../../schemas/outcome.ts';
import { FunctionCallLog } from './function-call-log.ts';
import { declaredOutputs, isWritten, readFunctionOutputs, writeFunctionOutputs } from './function-outputs.ts';
import { never } from './never.ts';
import type { AttemptEnd, AttemptPort, AttemptSpec, Clock, FunctionCall, OutputReader } from './ports.ts';
import { StepCall, type StepFunction } from './step-call.ts';

/** Ends that nobody may have taken note of, kept this many at a time: an end is asked for, if at all, within the turns that follow it. */
const keptEnds = 1024;

interface LiveCall {
  readonly log: FunctionCallLog;
  readonly call: StepCall<unknown>;
  /** Resolves, with its own end, when the function has come back. */
  readonly ended: Promise<AttemptEnd>;
  /** Somebody has told it to stop: what it comes to after that is not its own end. */
  stopping: boolean;
}

type FunctionSpec = AttemptSpec & { readonly action: FunctionCall };

/**
 * Attempts that are calls of functions of this program, beside those that are processes, which `processes` takes care of. A function cannot be killed: told
 * to stop it has the grace to come back; then it is given up, and what it comes to is left alone.
 */
export class FunctionAttempts implements AttemptPort {
  readonly #functions: ReadonlyMap<string, StepFunction>;
  readonly #processes: AttemptPort;
  readonly #clock: Clock;
  readonly #live = new Map<string, LiveCall>();
  readonly #ends = new Map<string, AttemptEnd>();
  /** By the output file: names that a function returned and its step does not declare. */
  readonly #undeclared = new Map<string, readonly string[]>();

  constructor(functions: ReadonlyMap<string, StepFunction>, processes: AttemptPort, clock: Clock) {
    this.#functions = functions;
    this.#processes = processes;
    this.#clock = clock;
  }

  knowsFunction(name: string): boolean {
    return this.#functions.has(name);
  }

  prepare(): void {
    this.#processes.prepare?.();
  }

  async start(spec: AttemptSpec, signal: AbortSignal): Promise<AttemptEnd> {
    if (!isFunction(spec)) return this.#processes.start(spec, signal);
    const step = this.#functions.get(spec.action.name);
    if (step === undefined) return this.#endAs({ kind: 'spawnFailed', code: 'ENOENT', message: unknown(spec.action.name) });
    const log = new FunctionCallLog(spec.folder, spec.logLimitBytes ?? Number.POSITIVE_INFINITY);
    const call = new StepCall(spec, log);
    log.onLimit = () => call.abort(new Error('the log of the attempt has outgrown its limit'));
    const live: LiveCall = { log, call, ended: this.#carryOut(spec, step, call, log), stopping: false };
    this.#live.set(spec.attemptId, live);
    const end = await live.ended;
    this.#live.delete(spec.attemptId);
    log.close();
    // The chart has left the state that asked for it.
    if (live.stopping) return never();
    keepLast(this.#ends, spec.attemptId, end);
    return end;
  }

  async reattach(spec: AttemptSpec, signal: AbortSignal): Promise<AttemptEnd> {
    if (!isFunction(spec)) return this.#processes.reattach(spec, signal);
    const known = this.#ends.get(spec.attemptId) ?? endOnDisk(spec);
    if (known !== null) return known;
    const live = this.#live.get(spec.attemptId);
    if (live !== undefined) {
      // Given up by this very program: its step must not be called again while it is still at work.
      const end = await live.ended;
      if (!live.stopping) return end;
      const late = endOnDisk(spec);
      if (late !== null) return late;
    }
    return this.#endAs({ kind: 'interrupted', message: 'the program ended while the function was at work' });
  }

  async stop(spec: AttemptSpec): Promise<{ readonly endedByItself: AttemptEnd | null }> {
    if (!isFunction(spec)) return this.#processes.stop(spec);
    const endedByItself = this.#ends.get(spec.attemptId) ?? null;
    const live = this.#live.get(spec.attemptId);
    if (endedByItself !== null || live === undefined) return { endedByItself: endedByItself ?? endOnDisk(spec) };
    live.stopping = true;
    live.call.abort(new Error('the attempt was told to stop'));
    const cameBack = await this.#within(spec.graceMs, live.ended);
    if (!cameBack) {
      live.log.write(
        `stateyard: the function did not come back within ${spec.graceMs} ms; it is given up, and its result is ignored`,
      );
    }
    return { endedByItself: null };
  }

  tail(folder: string, bytes: number): Promise<string> {
    return this.#processes.tail(folder, bytes);
  }

  sweep(runFolder: string, graceMs?: number): Promise<number> {
    return this.#processes.sweep(runFolder, graceMs);
  }

  /** Reads outputs as these attempts leave them, and with `others` those of processes. */
  readonly reader = (others: OutputReader): OutputReader => {
    return async (file, declared) => {
      const undeclared = this.#undeclared.get(file);
      this.#undeclared.delete(file);
      if (undeclared !== undefined && Object.keys(declared).length === 0) return { values: {}, undeclared };
      const own = readFunctionOutputs(file, declared);
      if (own === null) return others(file, declared);
      return 'problems' in own ? own : { ...own, undeclared: undeclared ?? [] };
    };
  };

  async #carryOut(spec: FunctionSpec, step: StepFunction, call: StepCall<unknown>, log: FunctionCallLog): Promise<AttemptEnd> {
    let result: unknown;
    try {
      result = await step(call);
    } catch (error) {
      log.write(described(error));
      return this.#endAs(log.overflow() ?? { kind: 'threw', error: nameOf(error) });
    }
    const overflow = log.overflow();
    if (overflow !== null) return this.#endAs(overflow);
    return this.#endAs((await this.#keepOutputs(spec, result)) ?? { kind: 'succeeded', exitCode: 0 });
  }

  /** Puts what the step declares on disk, before its end is recorded; the failure that this comes to, if any. A step that declares nothing writes nothing. */
  async #keepOutputs({ folder, action, attemptId }: FunctionSpec, result: unknown): Promise<Outcome | null> {
    const checked = declaredOutputs(result, action.outputs);
    if ('problems' in checked) return { kind: 'outputInvalid', problems: [...checked.problems] };
    keepLast(this.#undeclared, join(folder, 'output'), checked.undeclared);
    // What comes after the stop must not be found as the end of the attempt.
    if (checked.text === null || this.#live.get(attemptId)?.stopping === true) return null;
    try {
      await writeFunctionOutputs(folder, checked.text);
      return null;
    } catch (error) {
      const problem = `the outputs could not be put on disk: ${error instanceof Error ? error.message : String(error)}`;
      return { kind: 'outputInvalid', problems: [problem] };
    }
  }

  #endAs(outcome: Outcome): AttemptEnd {
    return { outcome, endedAtMs: this.#clock.nowMs() };
  }

  #within(graceMs: number, ended: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(graceMs, () => resolve(false));
      void ended.then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}

function keepLast<Value>(kept: Map<string, Value>, key: string, value: Value): void {
  kept.set(key, value);
  if (kept.size <= keptEnds) return;
  const [oldest] = kept.keys();
  if (oldest !== undefined) kept.delete(oldest);
}

function isFunction(spec: AttemptSpec): spec is FunctionSpec {
  return spec.action.kind === 'function';
}

/** The end of a call whose outputs are on disk: they are put there last, and whole. */
function endOnDisk({ folder, action }: FunctionSpec): AttemptEnd | null {
  if (Object.keys(action.outputs).length === 0 || !isWritten(folder)) return null;
  const stat = statSync(join(folder, 'output'), { throwIfNoEntry: false });
  return stat === undefined ? null : { outcome: { kind: 'succeeded', exitCode: 0 }, endedAtMs: Math.floor(stat.mtimeMs) };
}

function unknown(name: string): string {
  return `no function "${name}" is registered`;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name.slice(0, 100) : typeof error;
}

function described(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${typeof error === 'string' ? error : inspect(error)}`;
  return error.stack ?? `${error.name}: ${error.message}`;
}
