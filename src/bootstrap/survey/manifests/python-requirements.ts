import { list } from './data-file.ts';

/** The name in a requirement such as `Django[argon2]>=5; python_version>"3.11"` (PEP 508) in the form of PEP 503; null for an option, a comment, a path or an address. */
function requirementName(requirement: unknown): string | null {
  if (typeof requirement !== 'string') return null;
  const name = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:$|[[(<>=!~;,@#]|\s)/.exec(requirement)?.[1];
  return name === undefined ? null : normalName(name);
}

/** A name in the form of PEP 503: lower case, with single hyphens. */
export function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** The names in a list of requirements; what is none is passed over. */
export function requirementNames(requirements: unknown): readonly string[] {
  return list(requirements)
    .map(requirementName)
    .filter((name) => name !== null);
}

/** The names in lines of a requirements file, or of an option of setup.cfg and tox.ini. */
export function requirementLines(text: string): readonly string[] {
  return requirementNames(text.split(/\r?\n/));
}
