import type { YAMLParseError, YAMLWarning } from 'yaml';
import type { WorkflowCode } from './codes.ts';

type Description = { readonly code: WorkflowCode; readonly message: string; readonly hint: string | null };

const known: Record<string, { readonly message: string; readonly hint: string }> = {
  TAB_AS_INDENT: { message: 'a tab is used for indentation', hint: 'indent with spaces' },
  BAD_INDENT: {
    message: 'the indentation does not fit the lines before',
    hint: 'entries of one mapping or list start at the same column',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a mapping starts on the line of a key',
    hint: 'put quotes around a text that has `: ` in it',
  },
  MULTILINE_IMPLICIT_KEY: { message: 'a key goes over several lines', hint: 'is a `:` missing?' },
  BAD_SCALAR_START: { message: 'a text without quotes cannot start with this character', hint: 'put quotes around the text' },
  KEY_OVER_1024_CHARS: { message: 'a key is longer than 1024 characters', hint: 'is a quote missing?' },
};

/** Words for the first mistake that the YAML parser found, `offset` being its place in the text. */
export function describeSyntaxError(text: string, error: YAMLParseError | YAMLWarning, offset: number): Description {
  if (error.code === 'TAG_RESOLVE_FAILED' || error.code === 'BAD_COLLECTION_TYPE') {
    const tag = /Unresolved tag: (.*)/.exec(error.message)?.[1];
    const message = tag === undefined ? 'the value does not fit its tag' : `unknown tag ${JSON.stringify(tag)}`;
    return { code: 'SY010', message, hint: 'a text that begins with `!` needs quotes or `${{ }}` around it' };
  }
  if (error.code === 'BAD_ALIAS')
    return { code: 'SY011', message: lowerFirst(error.message), hint: 'a text that begins with `*` or `&` needs quotes' };
  const entry = known[error.code];
  if (entry !== undefined) return { code: 'SY009', ...entry };
  if (error.message.startsWith('Missing closing')) {
    return {
      code: 'SY009',
      message: 'a quote is still open here',
      hint: 'close it, or start the lines after it further right than its key',
    };
  }
  return { code: 'SY009', message: lowerFirst(error.message), hint: hintAt(text, offset) };
}

function hintAt(text: string, offset: number): string | null {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset + 200);
  if (/[{[,].*\$\{\{/.test(line)) return 'inside `{ }` and `[ ]` an expression needs quotes around it';
  return null;
}

function lowerFirst(message: string): string {
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}
