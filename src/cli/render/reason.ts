import { sanitiseLine } from '../../logs/sanitise-line.ts';
import type { Outcome } from '../../../schemas/outcome.ts';
import { formatDuration } from './duration.ts';
import { field, numberField, textField } from './run-event.ts';

/** Why a step ended as it did: what came of its last attempt, or why it was never tried. */
export type StepReason =
  | Outcome
  | { readonly kind: 'dependencyFailed'; readonly need: string; readonly need_state: string }
  | { readonly kind: 'conditionFalse'; readonly condition: string };

type Describe = (reason: object) => string;

// A message of the world can be of any length; the whole of it is in the store.
const widestReason = 500;

const limits: Readonly<Record<string, (limit: string) => string>> = {
  attempt: (limit) => `timed out: the attempt took longer than ${limit}`,
  step: (limit) => `timed out: all attempts together took longer than ${limit}`,
  run: (limit) => `timed out: the run took longer than ${limit}`,
};

const text = (reason: object, name: string): string => textField(reason, name)?.trim() ?? '';
const withDetail = (what: string, detail: string): string => (detail === '' ? what : `${what}: ${detail}`);

function describeSignal(reason: object): string {
  const signal = text(reason, 'signal');
  return signal === '' ? 'killed by a signal' : `killed by ${signal}`;
}

function describeTimeout(reason: object): string {
  const limitMs = numberField(reason, 'timeoutMs');
  if (limitMs === null) return 'timed out';
  const scope = text(reason, 'scope');
  const sentence = Object.hasOwn(limits, scope) ? limits[scope] : undefined;
  return sentence?.(formatDuration(limitMs)) ?? `timed out after ${formatDuration(limitMs)}`;
}

function describeSpawnFailure(reason: object): string {
  const message = text(reason, 'message');
  const code = text(reason, 'code');
  return withDetail('could not be started', message !== '' && !message.includes(code) ? `${message} (${code})` : message || code);
}

function describeOutputs(reason: object): string {
  const problems = field(reason, 'problems');
  const named = Array.isArray(problems) ? problems.filter((problem) => typeof problem === 'string') : [];
  return withDetail('its outputs are not valid', named.join('; '));
}

/** As somebody may have written it: in the largest unit, binary or decimal, that leaves no rest. */
function formatLimit(bytes: number): string {
  const units = { GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10, GB: 1e9, MB: 1e6, KB: 1e3 };
  const [name, size] = Object.entries(units).find(([, unit]) => bytes % unit === 0) ?? ['bytes', 1];
  return `${String(bytes / size)} ${name}`;
}

function describeDependency(reason: object): string {
  const need = text(reason, 'need');
  const state = text(reason, 'need_state');
  if (need === '') return 'a step it needs did not succeed';
  return state === ''
    ? `needs ${need}, which did not succeed`
    : `needs ${need}, which ${state === 'failed' ? state : `was ${state}`}`;
}

function describeAnswer(word: string, reason: object): string {
  if (field(reason, 'byDefault') === true) return `${word}, because nobody answered in time`;
  return withDetail(word, text(reason, 'comment'));
}

const verdicts: Readonly<Record<string, string>> = {
  retry: 'the tool says that it may be tried again',
  try_another: 'the tool says that another one should be tried',
  never_retry: 'the tool says that trying again changes nothing',
};

function describeJudgement(reason: object): string {
  const means = text(reason, 'means');
  const words = text(reason, 'because') || (Object.hasOwn(verdicts, means) ? verdicts[means] : undefined) || 'the tool failed';
  const exitCode = numberField(reason, 'exitCode');
  return exitCode === null ? words : `${words}, exit code ${exitCode}`;
}

function describeVerification(reason: object): string {
  const check = text(reason, 'check');
  return withDetail(check === '' ? 'a check failed' : `check ${check} failed`, text(reason, 'message'));
}

// Keyed by every kind, so that the compiler asks for the words of a kind that is added.
const descriptions: Readonly<Record<StepReason['kind'], Describe>> = {
  succeeded: () => 'succeeded',
  exitNonZero: (reason) => `exit code ${numberField(reason, 'exitCode') ?? 'unknown'}`,
  signaled: describeSignal,
  timedOut: describeTimeout,
  threw: (reason) => withDetail('its function threw', text(reason, 'error')),
  spawnFailed: describeSpawnFailure,
  outputInvalid: describeOutputs,
  logLimit: (reason) => {
    const limitBytes = numberField(reason, 'limitBytes');
    return withDetail('stopped, because its log outgrew its limit', limitBytes === null ? '' : formatLimit(limitBytes));
  },
  judged: describeJudgement,
  verificationFailed: describeVerification,
  noRoutableTool: (reason) => withDetail('no tool could be picked', text(reason, 'message')),
  expressionFailed: (reason) => {
    const where = text(reason, 'field');
    return withDetail(where === '' ? 'an expression failed' : `the expression in ${where} failed`, text(reason, 'message'));
  },
  interrupted: (reason) => withDetail('interrupted', text(reason, 'message')),
  approved: (reason) => describeAnswer('approved', reason),
  rejected: (reason) => describeAnswer('rejected', reason),
  canceled: (reason) => withDetail('canceled', text(reason, 'reason')),
  dependencyFailed: describeDependency,
  conditionFalse: (reason) => {
    const condition = text(reason, 'condition');
    return condition === '' ? 'its condition is false' : `its condition is false: ${condition}`;
  },
};

/**
 * A stored reason (of a step or a run: a {@link StepReason}, or a sentence) in plain words, on one clean line; the empty string
 * when there is none. A kind from a newer release is told by its name.
 */
export function describeReason(reason: unknown): string {
  if (typeof reason === 'string') return sanitiseLine(reason.replace(/[\r\n]+/g, ' ').trim(), widestReason);
  if (typeof reason !== 'object' || reason === null) return '';
  const kind = textField(reason, 'kind');
  if (kind === null) return '';
  const describe = Object.hasOwn(descriptions, kind) ? descriptions[kind as StepReason['kind']] : undefined;
  const fallback = withDetail(
    kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase(),
    text(reason, 'message') || text(reason, 'reason'),
  );
  const words = describe === undefined ? fallback : describe(reason);
  return sanitiseLine(words.replace(/[\r\n]+/g, ' '), widestReason);
}

/** A described reason to stand beside the word for a state: without that word where the description begins with it. */
export function reasonBeside(state: string, words: string): string {
  if (words === state) return '';
  return words.startsWith(`${state}: `) ? words.slice(state.length + 2) : words;
}
