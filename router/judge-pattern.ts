import { RE2JS } from 're2js';

/** A match in a line: the text of the first group, null where the pattern has none or it took no part. */
export interface LineMatch {
  readonly group: string | null;
}

/** A pattern that can be looked for in a line. */
export interface LinePattern {
  /** How many groups it has. */
  readonly groups: number;
  /** The first match; null when there is none. */
  search(line: string): LineMatch | null;
}

/**
 * Compiles a regular expression of RE2's syntax: that of JavaScript without references and without looking around. A search takes time in proportion to
 * line and pattern, whatever a tool has printed (Cox, "Regular Expression Matching Can Be Simple And Fast", 2007). `problem` says why a pattern is none.
 */
export function compilePattern(pattern: string): LinePattern | { readonly problem: string } {
  try {
    const compiled = RE2JS.compile(pattern);
    return {
      groups: compiled.groupCount(),
      search(line) {
        const matcher = compiled.matcher(line);
        if (!matcher.find()) return null;
        return { group: compiled.groupCount() === 0 ? null : matcher.group(1) };
      },
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
