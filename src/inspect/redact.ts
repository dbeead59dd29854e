/** What stands for what is left out. */
const redactedMark = '[redacted]';

/** How much of a text is shown, in UTF-16 units: of any, and of one that a step has put out. */
const longestText = 400;
const longestOutput = 40;
const mostEntries = 200;
const deepest = 8;
/** A shorter value would be found in words that have nothing to do with it. */
const shortestSecret = 6;

const secretName =
  /(^|_)(secrets?|tokens?|pass|passwd|passwords?|passphrases?|pwd|credentials?|auth|authorization|cookies?|bearer|api_?keys?|(private|access|signing|encryption|ssh|deploy)_?keys?|pat)(_|$)/;

// Forms that are public: those of GitHub, GitLab, Slack, AWS, OpenAI and Anthropic, npm, JSON Web Tokens, PEM blocks, a password in an address.
const secretForms: readonly RegExp[] = [
  /\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|(AKIA|ASIA)[A-Z0-9]{16}|sk-[\w-]{16,}|npm_[A-Za-z0-9]{30,})/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<=\b(bearer|basic)\s+)[\w.~+/=-]{8,}/gi,
  /(?<=:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g,
];

/** Whether a variable, parameter or output of this name is likely to hold a secret (`GITHUB_TOKEN`, `apiKey`). */
export function isSecretName(name: string): boolean {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll(/[^A-Za-z0-9]+/g, '_');
  return secretName.test(words.toLowerCase());
}

/** The values among `named` whose names are those of secrets, the longest first; too short ones are passed over. */
export function secretsAmong(named: Iterable<readonly [name: string, value: string | undefined]>): readonly string[] {
  const values = new Set<string>();
  for (const [name, value] of named) {
    if (value !== undefined && value.trim().length >= shortestSecret && isSecretName(name)) values.add(value.trim());
  }
  return [...values].sort((a, b) => b.length - a.length);
}

/**
 * A JSON value as it may be shown: values under the names of secrets, the given secrets wherever they stand, and what has the form of a
 * known kind of key become {@link redactedMark}; long texts and lists are cut, what stands under `outputs` most of all. What is given is not changed.
 */
export function redact(value: unknown, secrets: readonly string[]): unknown {
  return redacted(value, { secrets, limit: longestText, depth: 0 });
}

interface Place {
  readonly secrets: readonly string[];
  readonly limit: number;
  readonly depth: number;
}

function redacted(value: unknown, place: Place): unknown {
  if (typeof value === 'string') return shortened(withoutSecrets(value, place.secrets), place.limit);
  if (typeof value === 'number') return place.secrets.includes(String(value)) ? redactedMark : value;
  if (typeof value !== 'object' || value === null) return value;
  if (place.depth === deepest) return '[nested too deeply]';
  const inside = { ...place, depth: place.depth + 1 };
  if (Array.isArray(value)) return cutList(value).map((entry: unknown) => redacted(entry, inside));
  // From entries: a key such as `__proto__` is one like any other.
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => redactedEntry(key, entry, inside)));
}

function redactedEntry(key: string, entry: unknown, place: Place): [string, unknown] {
  const name = withoutSecrets(key, place.secrets);
  if (entry !== null && isSecretName(key)) return [name, redactedMark];
  return [name, redacted(entry, key === 'outputs' ? { ...place, limit: longestOutput } : place)];
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, redactedMark), text);
  return secretForms.reduce((rest, form) => rest.replaceAll(form, redactedMark), known);
}

function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}… (${String(text.length)} characters)`;
}

function cutList(list: readonly unknown[]): readonly unknown[] {
  if (list.length <= mostEntries) return list;
  return [...list.slice(0, mostEntries), `… (${String(list.length)} entries)`];
}
