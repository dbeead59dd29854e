import type { Adapter } from '../schemas/router-config.ts';
import { jsonValuesOf } from './judge-output.ts';
import { compilePattern } from './judge-pattern.ts';
import { resolvePointer } from './judge-pointer.ts';

/** What a tool says of its call, in its own output. */
export interface Reported {
  /** Its answer, at most 4,000 characters; null where the configuration does not say where it stands, or it is not there. */
  readonly result: string | null;
  /** What it says to have cost, in US dollars; null where it does not say. */
  readonly costUsd: number | null;
  /** Whether it says itself that it failed. */
  readonly saysFailed: boolean;
}

type ResultPlace = NonNullable<Adapter['result']>;

const longestResult = 4_000;

/**
 * Reads from the end of a tool's output what its configuration tells to read. Where no format is given, pointers mean `json`; the answer
 * of a tool that prints `text` is the end of it. `lines`: the last lines, for `cost_pattern`. Output may hold anything: what does not fit is not there.
 */
export function readResult(place: ResultPlace, tail: string, lines: readonly string[]): Reported {
  const { result_pointer, cost_pointer, error_pointer } = place;
  const hasPointer = [result_pointer, cost_pointer, error_pointer].some((pointer) => pointer !== undefined);
  const values = jsonValuesOf(tail, place.format ?? (hasPointer ? 'json' : undefined));
  const at = (pointer: string | undefined): unknown =>
    pointer === undefined
      ? undefined
      : values.map((value) => resolvePointer(value, pointer)).find((found) => found !== undefined);
  return {
    result: place.format === 'text' ? endOf(tail) : wordsOf(at(result_pointer)),
    costUsd: costOf(at(cost_pointer)) ?? costInLines(place.cost_pattern, lines),
    saysFailed: at(error_pointer) === true,
  };
}

function endOf(tail: string): string | null {
  const text = tail.trim().slice(-longestResult);
  // Half of a surrogate pair is no character.
  return text === '' ? null : text.replace(/^[\udc00-\udfff]/, '');
}

function wordsOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : written(value);
  return text?.slice(0, longestResult).replace(/[\ud800-\udbff]$/, '') ?? null;
}

/** Null for lists that are nested by the thousand: they can be read, but writing them takes more stack than there is. */
function written(value: unknown): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}

function costInLines(pattern: string | undefined, lines: readonly string[]): number | null {
  if (pattern === undefined) return null;
  const compiled = compilePattern(pattern);
  if ('problem' in compiled) return null;
  for (const line of lines.toReversed()) {
    const cost = costOf(compiled.search(line)?.group);
    if (cost !== null) return cost;
  }
  return null;
}

const amount = /^\$?\s*((?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?|\.\d+)(e[-+]?\d{1,3})?$/i;

/** A number from 0, or a text that is one: commas may stand between its thousands, a dollar sign before it. Null for all else. */
function costOf(value: unknown): number | null {
  const match = typeof value === 'string' ? amount.exec(value.trim()) : null;
  const cost = match === null ? value : Number(`${match[1]?.replaceAll(',', '') ?? ''}${match[2] ?? ''}`);
  return typeof cost === 'number' && Number.isFinite(cost) && cost >= 0 ? cost : null;
}
