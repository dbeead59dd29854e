import type { Problems } from './problems.ts';
import type { SourceRange } from './source-text.ts';
import { findUnexpanded } from './script-quotes.ts';
import type { TemplatePart } from './template.ts';

/** The start of the names of the variables that carry the values of a script's expressions. */
const expressionVariablePrefix = 'STATEYARD_EXPR_';

const posixShells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'mksh', 'ash']);

/** A script in which every expression is a reference to a variable of the environment, and the expression of each variable. */
export interface ScriptTexts {
  readonly script: string;
  /** Variable name -> text of its expression; the same text has one variable. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Puts variables in the place of a script's expressions, so that no value is ever read as code. */
export function referToVariables(parts: readonly TemplatePart[]): ScriptTexts {
  const nameOf = new Map<string, string>();
  let script = '';
  for (const part of parts) {
    if (part.kind === 'text') script += part.text;
    if (part.kind !== 'expression') continue;
    const name = nameOf.get(part.source) ?? `${expressionVariablePrefix}${nameOf.size + 1}`;
    nameOf.set(part.source, name);
    script += `\${${name}}`;
  }
  return { script, variables: new Map([...nameOf].map(([source, name]) => [name, source])) };
}

/** Whether `shell` (null: the default one) reads `${NAME}` in a script as the value of a variable. */
export function isPosixShell(shell: readonly string[] | null): boolean {
  if (shell === null) return true;
  const words = shell.map((word) => word.slice(word.lastIndexOf('/') + 1));
  const [first] = words[0] === 'env' ? words.slice(1).filter((word) => !word.startsWith('-') && !word.includes('=')) : words;
  return posixShells.has(first === 'busybox' ? (words[words.indexOf(first) + 1] ?? '') : (first ?? ''));
}

/** Notes the expressions whose variable the shell would not read where they stand. `text` is the script as in the file. */
export function checkReferences(
  text: string,
  parts: readonly TemplatePart[],
  shell: readonly string[] | null,
  report: { readonly problems: Problems; readonly rangeOf: (start: number, end: number) => SourceRange },
): void {
  const expressions = parts.filter((part) => part.kind === 'expression');
  const [first] = expressions;
  if (first === undefined) return;
  const rangeOf = (part: typeof first) => report.rangeOf(part.opens, part.start + part.source.length);
  if (!isPosixShell(shell)) {
    const message = `an expression cannot be put into a script for "${shell?.[0] ?? ''}"`;
    const hint = 'give it a name under "env" and read that variable in the script';
    for (const part of expressions) report.problems.add('SY307', rangeOf(part), message, hint);
    return;
  }
  const masked = maskExpressions(text, expressions);
  for (const { start, end, why } of findUnexpanded(masked)) {
    for (const part of expressions) {
      if (part.opens < start || part.opens >= end) continue;
      const hint =
        why === 'single quotes' ? 'use double quotes' : 'take the quotes off the delimiter, or pass the value through "env"';
      report.problems.add('SY307', rangeOf(part), `the shell does not put values in inside ${why}`, hint);
    }
  }
}

// The quotes inside an expression are none of the shell's.
function maskExpressions(
  text: string,
  parts: readonly { readonly opens: number; readonly start: number; readonly source: string }[],
): string {
  let masked = '';
  for (const { opens, start, source } of parts) {
    masked += text.slice(masked.length, opens);
    masked += 'x'.repeat(start + source.length - masked.length);
  }
  return masked + text.slice(masked.length);
}
