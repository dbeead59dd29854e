import type { Outcome } from '../schemas/outcome.ts';
import type { Adapter, App } from '../schemas/router-config.ts';
import { lastLines, longestTail } from './judge-output.ts';
import { compilePattern } from './judge-pattern.ts';
import { readResult } from './judge-result.ts';
import type { Reported } from './judge-result.ts';

/** What one call of a tool has come to. */
export interface Judgement extends Pick<Reported, 'costUsd' | 'result'> {
  /** The outcome as it is judged: as it was, or what the configuration of the tool says that it means. */
  readonly outcome: Outcome;
  /** Whether the tool did its work, as its breaker and its figures count it; `none`: it was stopped, and nothing can be said. */
  readonly breaker: 'succeeded' | 'failed' | 'none';
}

type End = Extract<Outcome, { kind: 'succeeded' | 'exitNonZero' | 'signaled' }>;
type Judged = Extract<Outcome, { kind: 'judged' }>;
type OutcomeRule = NonNullable<Adapter['outcomes']>[number];

/**
 * Judges the end of a routed tool from its configuration and from `tail`, the end of its output (at most 64 KiB of it are read; it may
 * begin inside of a line). Of an end that the tool came to by itself the first rule that matches decides; where none does, a tool that says that it
 * failed is tried again. Pure, and in time proportional to tail and patterns, whatever the tool has printed.
 */
export function judgeEnd(app: App, outcome: Outcome, tail: string): Judgement {
  const { result, outcomes = [] } = app.adapter ?? {};
  const end = tail.slice(-longestTail);
  const lines = lastLines(end);
  const reported = readResult(result ?? {}, end, lines);
  const judged = isEnd(outcome) ? (judgeByRules(outcomes, outcome, lines) ?? judgeByReport(outcome, reported)) : outcome;
  return { outcome: judged, costUsd: reported.costUsd, result: reported.result, breaker: breakerVerdict(judged) };
}

function isEnd(outcome: Outcome): outcome is End {
  return outcome.kind === 'succeeded' || outcome.kind === 'exitNonZero' || outcome.kind === 'signaled';
}

function judgeByRules(rules: readonly OutcomeRule[], { exitCode }: End, lines: readonly string[]): Judged | null {
  for (const { exit_codes, pattern, means, because } of rules) {
    if (exit_codes?.includes(exitCode) === false) continue;
    const line = pattern === undefined ? null : findLine(pattern, lines);
    if (line === undefined) continue;
    const found = line === null ? `it exited with ${exitCode}` : `its output says: ${line}`;
    return { kind: 'judged', exitCode, means, because: because ?? found };
  }
  return null;
}

/** The last line that matches, as a reader sees it; undefined when none does. A pattern that is none matches nothing. */
function findLine(pattern: string, lines: readonly string[]): string | undefined {
  const compiled = compilePattern(pattern);
  if ('problem' in compiled) return undefined;
  const line = lines.findLast((each) => compiled.search(each) !== null);
  return line === undefined ? undefined : shortened(line);
}

function judgeByReport(end: End, { saysFailed, result }: Reported): End | Judged {
  if (!saysFailed) return end;
  const because =
    result === null || result.trim() === '' ? 'it says that it failed' : `it says that it failed: ${shortened(result)}`;
  return { kind: 'judged', exitCode: end.exitCode, means: 'retry', because };
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 200 ? line : `${line.slice(0, 199).replace(/[\ud800-\udbff]$/, '')}…`;
}

function breakerVerdict(outcome: Outcome): Judgement['breaker'] {
  switch (outcome.kind) {
    case 'succeeded':
      return 'succeeded';
    case 'judged':
      // Its answer is no, but it has worked.
      return outcome.means === 'never_retry' ? 'succeeded' : 'failed';
    case 'exitNonZero':
    case 'signaled':
    case 'spawnFailed':
    case 'outputInvalid':
    case 'logLimit':
      return 'failed';
    case 'timedOut':
      return outcome.scope === 'attempt' ? 'failed' : 'none';
    default:
      return 'none';
  }
}
