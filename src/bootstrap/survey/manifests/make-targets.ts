import type { Manifests, Project } from '../../project.ts';

/** In the order in which GNU make looks for them. */
const makeFiles = ['GNUmakefile', 'makefile', 'Makefile'];

/** The targets of the Makefile in the root; null without one. It is read line by line: no include, no variable, no condition is followed. */
export function makeManifest(project: Project): Manifests['make'] {
  const file = makeFiles.find((name) => project.has(name));
  if (file === undefined) return null;
  const text = project.readText(file) ?? '';
  return { file, targets: new Set(withoutContinuations(text).split('\n').flatMap(targetsOf)) };
}

/** A line that a backslash continues becomes one with the next. */
function withoutContinuations(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\\\n', ' ');
}

/** The targets that a line defines. Assignments (`a := b`, `a: b = c`), recipes, patterns and special targets define none. */
function targetsOf(line: string): readonly string[] {
  const [, names, rest = ''] = /^([A-Za-z0-9_][^:=#\t]*?)\s*::?(?![:=])(.*)$/.exec(line) ?? [];
  if (names === undefined || /^[^#;]*[^#;=]*[:?+!]?=/.test(rest)) return [];
  return names.split(/ +/).filter((name) => /^[A-Za-z0-9_][\w./-]*$/.test(name));
}
