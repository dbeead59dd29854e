import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** Beyond so many lines that differ the search for the shortest difference takes seconds (its time grows with their square), and nobody reads its result. */
const mostEdits = 1_000;

/** How `after` differs from `before` (null: there is no file), as `git diff` writes it, with three lines around each change. */
export function unifiedDiff(path: string, before: string | null, after: string): string {
  const from = before === null ? '/dev/null' : `a/${path}`;
  const patch = createTwoFilesPatch(from, `b/${path}`, before ?? '', after, undefined, undefined, {
    context: 3,
    maxEditLength: mostEdits,
    headerOptions: FILE_HEADERS_ONLY,
  });
  return patch ?? `--- ${from}\n+++ b/${path}\nthe two differ in more than ${mostEdits} lines\n`;
}
