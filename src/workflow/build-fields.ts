import type { EnvironmentDocument, StepDocument, WorkflowDocument } from '../../schemas/workflow.ts';
import { parseDurationMs } from './duration.ts';
import type { ExpressionCheck, ExpressionPlace } from './expression-check.ts';
import { workflowLimits } from './limits.ts';
import type { Expression, RetryPolicy, Template } from './model.ts';
import type { Problems } from './problems.ts';
import { placeInScalar } from './scalar-place.ts';
import { parseSizeBytes } from './size.ts';
import { findNode } from './source-node.ts';
import type { ScalarNode, SourceNode } from './source-node.ts';
import type { SourceRange } from './source-text.ts';
import { splitTemplate } from './template.ts';

/** What the expressions of one step, or of the workflow's own fields, have in common. */
export type FieldPlace = Omit<ExpressionPlace, 'rangeOf'>;

/** The retry policy where a file says nothing: one attempt; else from 1 s on doubled up to 5 minutes, with jitter. */
export const usualRetry: RetryPolicy = Object.freeze({
  attempts: 1,
  backoff: 'exponential',
  delayMs: 1_000,
  maxDelayMs: 300_000,
  jitter: true,
  onExitCodes: null,
});

const noNode: ScalarNode = { kind: 'scalar', start: 0, end: 0, value: null, style: 'plain', written: '' };

/** Turns checked values of a file into the parts of a workflow, noting what only shows with their meaning. One for a file. */
export class FieldBuilder {
  readonly text: string;
  readonly problems: Problems;
  readonly expressions: ExpressionCheck;

  constructor(text: string, problems: Problems, expressions: ExpressionCheck) {
    this.text = text;
    this.problems = problems;
    this.expressions = expressions;
  }

  /** A text, number or boolean with its expressions compiled. Numbers are as written: `1.10` is not `1.1`. */
  template(node: SourceNode, place: FieldPlace): Template {
    const scalar = node.kind === 'scalar' ? node : noNode;
    if (typeof scalar.value !== 'string') return scalar.value === null ? [] : [scalar.written];
    if (!scalar.value.includes('${{')) return scalar.value === '' ? [] : [scalar.value];
    const pieces: (string | Expression)[] = [];
    for (const part of splitTemplate(scalar.value)) {
      if (part.kind === 'text') pieces.push(part.text);
      else if (part.kind === 'unclosed') this.unclosed(scalar, part.opens);
      else {
        const compiled = this.expressions.compile(part.source, { ...place, rangeOf: this.rangesIn(scalar, part.start) });
        if (compiled !== null) pieces.push(compiled);
      }
    }
    return Object.freeze(pieces);
  }

  /** Notes a `${{` without its `}}`. */
  unclosed(scalar: ScalarNode, opens: number): void {
    this.problems.add(
      'SY301',
      placeInScalar(this.text, scalar, opens, opens + 3),
      '"${{" is not closed with "}}"',
      "to write it as it is, use ${{ '${{' }}",
    );
  }

  /** Turns offsets counted from `base` in a scalar's value into places in the file. */
  rangesIn(scalar: ScalarNode, base: number): (start: number, end: number) => SourceRange {
    return (start, end) => placeInScalar(this.text, scalar, base + start, base + end);
  }

  /** An `env:` mapping. */
  environment(
    document: EnvironmentDocument | undefined,
    node: SourceNode,
    place: FieldPlace,
  ): Readonly<Record<string, Template>> {
    const result: Record<string, Template> = {};
    for (const name of Object.keys(document ?? {})) {
      const found = findNode(node, ['env', name]);
      if (name.startsWith('STATEYARD_')) {
        this.problems.add('SY106', found.keyRange, `"${name}" cannot be set: names that start with STATEYARD_ are its own`);
      }
      result[name] = this.template(found.node, place);
    }
    return Object.freeze(result);
  }

  /** The milliseconds of a duration, or null where there is none (or a bad one, which is noted). */
  duration(written: string | number | undefined, node: SourceNode, path: readonly string[]): number | null {
    if (written === undefined) return null;
    const milliseconds = parseDurationMs(written);
    if (milliseconds === null) {
      this.problems.add(
        'SY105',
        findNode(node, path).node,
        `"${path.at(-1) ?? ''}": expected more than 0 and at most 365 days, found ${written}`,
      );
    }
    return milliseconds;
  }

  /** How long a step that is told to stop has before it is killed, in milliseconds. */
  stopGrace(written: string | number | undefined, root: SourceNode): number {
    const milliseconds = this.duration(written, root, ['stop_grace']) ?? workflowLimits.usualStopGraceMs;
    if (milliseconds > workflowLimits.stopGraceMs) {
      this.problems.add(
        'SY105',
        findNode(root, ['stop_grace']).node,
        `"stop_grace": expected at most 10 minutes, found ${written}`,
      );
    }
    return milliseconds;
  }

  /** The bytes of a `log_limit`, or null where there is none (or a bad one, which is noted). */
  logLimit(written: string | number | undefined, node: SourceNode): number | null {
    if (written === undefined) return null;
    const bytes = parseSizeBytes(written);
    if (bytes === null) {
      this.problems.add(
        'SY105',
        findNode(node, ['log_limit']).node,
        `"log_limit": expected from 1 byte to 1 TiB, found ${written}`,
      );
    }
    return bytes;
  }

  /** The retry policy, where something is not said that of {@link usualRetry}. */
  retry(document: StepDocument['retry'], node: SourceNode): RetryPolicy {
    const given = typeof document === 'number' ? { attempts: document } : (document ?? {});
    const delayMs = this.duration(given.delay, node, ['retry', 'delay']) ?? usualRetry.delayMs;
    const maxDelayMs = this.duration(given.max_delay, node, ['retry', 'max_delay']);
    if (maxDelayMs !== null && maxDelayMs < delayMs) {
      this.problems.add('SY105', findNode(node, ['retry', 'max_delay']).node, '"max_delay" is shorter than "delay"');
    }
    return Object.freeze({
      attempts: given.attempts ?? usualRetry.attempts,
      backoff: given.backoff ?? usualRetry.backoff,
      delayMs,
      maxDelayMs: maxDelayMs ?? Math.max(usualRetry.maxDelayMs, delayMs),
      jitter: given.jitter ?? usualRetry.jitter,
      onExitCodes: given.on_exit_codes ?? null,
    });
  }

  /** A folder, or null where there is none. */
  workingDirectory(document: WorkflowDocument['working_directory'], node: SourceNode, place: FieldPlace): Template | null {
    return document === undefined ? null : this.template(findNode(node, ['working_directory']).node, place);
  }
}
