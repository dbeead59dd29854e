/** A token of a module that is no part of a type. */
export interface SourceToken {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** Whether it is the key of a property in an object. */
  readonly isKey: boolean;
}

const row = /^(\d+):(\d+)-(\d+):(\d+)\s+\S/;
/** What stands in the column of roles for the key of an object. */
const keyRole = '10';

/**
 * The tokens of a module of JavaScript or TypeScript, types left out. The columns are those of sucrase's own listing of its tokens.
 *
 * @throws what sucrase throws where the text cannot be parsed.
 */
export async function sourceTokens(source: string): Promise<readonly SourceToken[]> {
  const { getFormattedTokens } = (await import('sucrase')).default;
  const [heading = '', ...rows] = getFormattedTokens(source, { transforms: ['typescript'] }).split('\n');
  const typeColumn = heading.indexOf('isType');
  const roleColumn = heading.indexOf('identifierRole');
  const roleEnd = heading.indexOf('jsxRole');
  const lines = source.split('\n');
  return rows.flatMap((text): SourceToken[] => {
    const [, line, start, endLine, end] = row.exec(text) ?? [];
    if (line === undefined || text.slice(typeColumn, roleColumn).startsWith('isType')) return [];
    const own = lines[Number(line) - 1] ?? '';
    return [
      {
        text: own.slice(Number(start) - 1, endLine === line ? Number(end) - 1 : undefined),
        line: Number(line),
        isKey: text.slice(roleColumn, roleEnd).trim() === keyRole,
      },
    ];
  });
}
