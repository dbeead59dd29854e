/** What a code of a diagnostic stands for: one line, and what to do about it. Listed in docs/errors.md. */
export interface CodeEntry {
  readonly title: string;
  readonly explanation: string;
}

/** Every code that the loader of workflow files can report. A code is never given another meaning. */
export const workflowCodes = {
  SY001: {
    title: 'File too large',
    explanation: 'A workflow file has at most 2 MiB. Move long scripts into files of their own and call them.',
  },
  SY002: {
    title: 'Not UTF-8',
    explanation: 'A workflow file is UTF-8 text. The position is that of the first byte which is not.',
  },
  SY003: {
    title: 'Control character',
    explanation:
      'A NUL or another control character stands in the file. Inside a double-quoted text write it as an escape, such as "\\x1b".',
  },
  SY004: {
    title: 'Empty file',
    explanation: 'The file holds nothing but white space or comments. The smallest workflow has a name and one step.',
  },
  SY005: {
    title: 'More than one document',
    explanation: 'A workflow file holds one YAML document. Split it at the `---` line into several files.',
  },
  SY006: {
    title: 'Nested too deeply',
    explanation: 'Mappings and lists may be nested 64 levels deep. A workflow needs fewer than ten.',
  },
  SY007: {
    title: 'Too many values',
    explanation: 'The file has more values than a workflow may have, counted in the text or after its aliases are expanded.',
  },
  SY008: {
    title: 'Text too long',
    explanation: 'One text or comment has at most 256 KiB. Move a long script into a file of its own and call it.',
  },
  SY009: {
    title: 'YAML syntax',
    explanation:
      'The file is not YAML 1.2. Only the first mistake is reported, because the ones after it are often its consequences.',
  },
  SY010: {
    title: 'Unknown tag or directive',
    explanation: 'Only the tags of the YAML core schema are known. A text that begins with `!` needs quotes.',
  },
  SY011: { title: 'Bad alias', explanation: 'An alias names an anchor that is not defined before it, or that it is part of.' },
  SY012: { title: 'Duplicate key', explanation: 'A mapping has each key once. The position is that of the second one.' },
  SY013: { title: 'Forbidden key', explanation: '`__proto__`, `constructor` and `prototype` are not keys of any mapping.' },
  SY014: { title: 'Key is not a text', explanation: 'A key is a plain or quoted text, not a list, a mapping or an alias.' },
  SY101: {
    title: 'Wrong type or value',
    explanation: 'The value is not of the kind that its key takes. The message says what is expected.',
  },
  SY102: { title: 'Unknown key', explanation: 'The key is not known at this place. Check its spelling and its indentation.' },
  SY103: { title: 'Missing key', explanation: 'A key that must be there is not.' },
  SY104: {
    title: 'Keys that do not go together',
    explanation: 'Two keys exclude each other, or one is of no use without another.',
  },
  SY105: {
    title: 'Value out of bounds',
    explanation: 'The value has the right form but lies outside of what is allowed, or contradicts another one.',
  },
  SY106: { title: 'Bad name', explanation: 'A step id, parameter, output or variable has a name that is not allowed.' },
  SY107: { title: 'Bad pattern', explanation: 'A pattern is not a regular expression (of JavaScript, with the u flag).' },
  SY108: { title: 'Default does not fit', explanation: 'The default of a parameter does not fit its own declaration.' },
  SY201: { title: 'Unknown step', explanation: '`needs` names a step that is not in the file.' },
  SY202: {
    title: 'Names that differ in case only',
    explanation: 'Step ids, parameters and outputs are told apart without regard to upper and lower case.',
  },
  SY203: {
    title: 'Cycle',
    explanation: 'Steps wait for each other, directly or through others, so none of them could ever start.',
  },
  SY204: { title: 'Step needs itself', explanation: 'A step cannot wait for itself.' },
  SY205: { title: 'Need named twice', explanation: 'The same step is named twice in one `needs`.' },
  SY301: { title: 'Expression syntax', explanation: 'The text between `${{` and `}}` is not an expression, or is not closed.' },
  SY302: {
    title: 'Unknown name in an expression',
    explanation: 'An expression names a context, parameter, variable, step, output or property that does not exist.',
  },
  SY303: {
    title: 'Step is not an ancestor',
    explanation:
      'An expression reads a step that is not among the `needs` of this one, directly or through others, and so might not have ended.',
  },
  SY304: {
    title: 'Not available at this place',
    explanation: 'The context or function exists, but not at this place: the values it would read are not known yet.',
  },
  SY305: {
    title: 'Computed name',
    explanation: 'Names in an expression are written out, so that they can be checked when the file is loaded.',
  },
  SY306: {
    title: 'Unknown function',
    explanation:
      'The function does not exist. Known are case, contains, endsWith, format, fromJSON, join, startsWith, toJSON, and in `if` success, failure, cancelled, always.',
  },
  SY307: {
    title: 'Expression cannot reach the script',
    explanation:
      'The value of an expression reaches a script through a variable of the environment, and this place of the script would not read it.',
  },
  SY401: {
    title: 'Not available yet',
    explanation: 'The key belongs to the workflow format but this version of stateyard cannot run it yet.',
  },
} as const satisfies Record<string, CodeEntry>;

/** One of {@link workflowCodes}. */
export type WorkflowCode = keyof typeof workflowCodes;
