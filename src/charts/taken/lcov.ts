import type { MachineCoverage } from '../../../schemas/cli/coverage-report.ts';
import { timesTaken } from './machine-coverage.ts';
import type { TransitionCoverage } from './machine-coverage.ts';

/** The coverage of a machine, and where its transitions stand. */
export interface LocatedCoverage {
  readonly coverage: MachineCoverage;
  /** Path of the source file, as the tracefile is to name it. */
  readonly file: string;
  /** 1-based lines by the key of the transition; null: not known, then each has the line of its place in the chart. */
  readonly lines: ReadonlyMap<string, number> | null;
}

interface Located {
  readonly transition: TransitionCoverage;
  readonly line: number;
  readonly count: number;
}

/**
 * A tracefile of LCOV (its format: geninfo(1)) with a section for each machine. A transition is a function (FN) by its key, and a branch (BRDA) of its line; a line
 * (DA) was met as often as all its transitions together. Only the transitions that count are in it.
 */
export function lcovTracefile(machines: readonly LocatedCoverage[]): string {
  return machines.map(section).join('');
}

function section({ coverage, file, lines }: LocatedCoverage): string {
  const all = coverage.transitions
    .map((transition, index) => ({
      transition,
      line: lines?.get(transition.key) ?? index + 1,
      count: timesTaken(transition),
    }))
    .filter(({ transition }) => transition.reachable && !transition.untold)
    .toSorted((a, b) => a.line - b.line);
  const byLine = groupedByLine(all);
  const hit = all.filter(({ count }) => count > 0).length;
  const sums = [...byLine].map(([line, here]) => ({ line, count: here.reduce((sum, { count }) => sum + count, 0) }));
  return [
    'TN:',
    `SF:${file}`,
    ...all.map(({ transition, line }) => `FN:${String(line)},${functionName(transition)}`),
    ...all.map(({ transition, count }) => `FNDA:${String(count)},${functionName(transition)}`),
    `FNF:${String(all.length)}`,
    `FNH:${String(hit)}`,
    ...[...byLine].flatMap(([line, here]) => branches(line, here)),
    `BRF:${String(all.length)}`,
    `BRH:${String(hit)}`,
    ...sums.map(({ line, count }) => `DA:${String(line)},${String(count)}`),
    `LF:${String(sums.length)}`,
    `LH:${String(sums.filter(({ count }) => count > 0).length)}`,
    'end_of_record\n',
  ].join('\n');
}

/** A `-` stands for a branch of a line that was never met. */
function branches(line: number, here: readonly Located[]): readonly string[] {
  const met = here.some(({ count }) => count > 0);
  return here.map(({ count }, branch) => `BRDA:${String(line)},0,${String(branch)},${met ? String(count) : '-'}`);
}

/** A comma would end the name, and a line end the entry. */
function functionName({ key }: TransitionCoverage): string {
  return key.replaceAll(/[,\p{Cc}\u2028\u2029]/gu, ';');
}

function groupedByLine(all: readonly Located[]): ReadonlyMap<number, readonly Located[]> {
  const groups = new Map<number, Located[]>();
  for (const each of all) {
    const group = groups.get(each.line);
    if (group === undefined) groups.set(each.line, [each]);
    else group.push(each);
  }
  return groups;
}
