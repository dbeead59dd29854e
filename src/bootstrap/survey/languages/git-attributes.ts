import ignore from 'ignore';
import type { Project } from '../../project.ts';

/** What the maintainers say of a file with linguist's attributes; undefined: nothing. */
export interface Attributes {
  readonly counts: boolean | undefined;
  readonly isDocumentation: boolean | undefined;
  /** A name or an alias as linguist takes it, as it was written. */
  readonly language: string | undefined;
}

interface Rule {
  readonly pattern: ignore.Ignore;
  readonly set: Partial<Attributes>;
}

const nothing: Attributes = { counts: undefined, isDocumentation: undefined, language: undefined };
const mostRules = 100;

/** Reads `.gitattributes` in the root. The last line that fits a path decides, for each attribute on its own. Patterns with a `!` are not allowed there and do not count. */
export function readAttributes(project: Project): (path: string) => Attributes {
  const lines = (project.readText('.gitattributes') ?? '').split(/\r?\n/);
  const rules = lines.flatMap(ruleOf).slice(0, mostRules);
  if (rules.length === 0) return () => nothing;
  return (path) => {
    let found = nothing;
    for (const rule of rules) if (rule.pattern.ignores(path)) found = { ...found, ...rule.set };
    return found;
  };
}

function ruleOf(line: string): readonly Rule[] {
  const [pattern = '', ...words] = line.trim().split(/[ \t]+/);
  if (pattern === '' || /^[#!["]/.test(pattern)) return [];
  let set: Partial<Attributes> = {};
  for (const word of words) set = { ...set, ...attributeOf(word) };
  if (Object.keys(set).length === 0) return [];
  return [{ pattern: ignore({ ignorecase: false, allowRelativePaths: true }).add([pattern]), set }];
}

function attributeOf(word: string): Partial<Attributes> {
  const [, sign = '', name = '', value] = /^([-!]?)linguist-([a-z]+)(?:=(.*))?$/.exec(word) ?? [];
  const isTrue = sign === '' && value !== 'false';
  if (name === 'vendored' || name === 'generated') return { counts: !isTrue };
  if (name === 'detectable') return { counts: isTrue };
  if (name === 'documentation') return { isDocumentation: isTrue };
  return name === 'language' && value !== undefined ? { language: value } : {};
}
