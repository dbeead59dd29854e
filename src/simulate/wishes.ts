import { exitCodes, UserError } from '../errors.ts';
import { parseDurationMs } from '../workflow/duration.ts';
import type { Step, Value, Workflow } from '../workflow/model.ts';
import { Suggestion } from '../workflow/suggestion.ts';
import { readValue, typeWords } from '../workflow/value-check.ts';

/** The flags of `simulate` that say what happens, each value as it was typed. */
export interface GivenWishes {
  /** `STEP=p`; `*` stands for every step that is executed. */
  readonly fail: readonly string[];
  /** `STEP=TIME`. */
  readonly duration: readonly string[];
  /** `STEP.NAME=VALUE`. */
  readonly output: readonly string[];
  /** `STEP=yes` or `STEP=no`. */
  readonly approve: readonly string[];
}

/** What is to happen in a simulated run where the seed is not to say it, by step id. */
export interface Wishes {
  /** The probability, from 0 to 1, with which each attempt of a step fails. */
  readonly failures: ReadonlyMap<string, number>;
  /** How long each attempt of a step takes, or a person needs for the answer; in milliseconds. */
  readonly durationsMs: ReadonlyMap<string, number>;
  readonly outputs: ReadonlyMap<string, ReadonlyMap<string, Value>>;
  /** Whether a person approves; a question without a wish is approved. */
  readonly answers: ReadonlyMap<string, boolean>;
}

const everyStep = '*';

/** Reads the flags and checks them against the workflow. Throws UserError `simulate_wish_invalid` (exit 2) at the first one that does not fit. */
export function readWishes(given: GivenWishes, { steps }: Pick<Workflow, 'steps'>): Wishes {
  const known = new Map<string, Step>(steps.map((step) => [step.id, step]));
  const isExecuted = ({ action }: Step): boolean => action.kind !== 'approve';
  const failures = new Map<string, number>();
  for (const [name, text] of pairs('--fail', given.fail)) {
    const share = readShare(name, text);
    if (name === everyStep) for (const step of steps.filter(isExecuted)) failures.set(step.id, share);
    else if (isExecuted(stepOf('--fail', name, known))) failures.set(name, share);
    else throw refusal(`--fail ${name}: it asks a person, and no attempt of it can fail`, `take --approve ${name}=no`);
  }
  const durationsMs = new Map<string, number>();
  for (const [name, text] of pairs('--duration', given.duration)) {
    stepOf('--duration', name, known);
    const durationMs = parseDurationMs(text);
    if (durationMs === null)
      throw refusal(`--duration ${name}: ${JSON.stringify(text)} is no duration`, 'for example 500ms, 10s, 5m, 2h');
    durationsMs.set(name, durationMs);
  }
  return { failures, durationsMs, outputs: readOutputs(given.output, known), answers: readAnswers(given.approve, known) };
}

/** `NAME=VALUE` texts of one flag, split at the first `=`. */
function pairs(flag: string, texts: readonly string[]): readonly (readonly [string, string])[] {
  return texts.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw refusal(`${flag} takes a name, = and a value, not ${JSON.stringify(text)}`, null);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

function readShare(name: string, text: string): number {
  const share = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (share >= 0 && share <= 1) return share;
  throw refusal(`--fail ${name}: ${JSON.stringify(text)} is no probability`, 'from 0 (never) to 1 (always), for example 0.3');
}

function readOutputs(texts: readonly string[], known: ReadonlyMap<string, Step>): Wishes['outputs'] {
  const outputs = new Map<string, Map<string, Value>>();
  for (const [path, text] of pairs('--output', texts)) {
    const at = path.lastIndexOf('.');
    if (at < 1) throw refusal(`--output takes a step, a dot, an output, = and a value, not ${JSON.stringify(path)}`, null);
    const [stepId, name] = [path.slice(0, at), path.slice(at + 1)];
    const step = stepOf('--output', stepId, known);
    const type = Object.hasOwn(step.outputs, name) ? step.outputs[name] : undefined;
    if (type === undefined) {
      const names = Object.keys(step.outputs);
      throw refusal(
        `--output ${path}: step ${stepId} declares no output ${JSON.stringify(name)}`,
        names.length === 0 ? 'it declares none' : `it declares ${names.join(', ')}`,
      );
    }
    const value = readValue(type, text);
    if (value === null)
      throw refusal(`--output ${path}: expected ${typeWords[type]}, found ${JSON.stringify(text.slice(0, 60))}`, null);
    const ofStep = outputs.get(stepId) ?? new Map<string, Value>();
    outputs.set(stepId, ofStep.set(name, value));
  }
  return outputs;
}

function readAnswers(texts: readonly string[], known: ReadonlyMap<string, Step>): Wishes['answers'] {
  const answers = new Map<string, boolean>();
  for (const [name, text] of pairs('--approve', texts)) {
    if (stepOf('--approve', name, known).action.kind !== 'approve')
      throw refusal(`--approve ${name}: the step asks nobody`, null);
    if (text !== 'yes' && text !== 'no') throw refusal(`--approve ${name}: ${JSON.stringify(text)} is neither yes nor no`, null);
    answers.set(name, text === 'yes');
  }
  return answers;
}

function stepOf(flag: string, name: string, known: ReadonlyMap<string, Step>): Step {
  const step = known.get(name);
  if (step !== undefined) return step;
  throw refusal(`${flag}: the workflow has no step ${JSON.stringify(name)}`, new Suggestion().hint(name, known.keys()));
}

function refusal(message: string, hint: string | null): UserError {
  return new UserError(exitCodes.usage, 'simulate_wish_invalid', message, hint === null ? {} : { hint });
}
