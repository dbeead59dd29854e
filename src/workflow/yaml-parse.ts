import { Composer, Lexer, Parser } from 'yaml';
import type { CST, Document } from 'yaml';
import { workflowLimits } from './limits.ts';
import type { Problems } from './problems.ts';
import type { SourceNode } from './source-node.ts';
import type { Piece } from './yaml-pieces.ts';
import { describeSyntaxError } from './yaml-syntax.ts';
import { YamlWalk } from './yaml-walk.ts';

/** Parses a file, or one piece of it after the other, within bounds. */
export class YamlParse {
  readonly #text: string;
  readonly #problems: Problems;
  readonly #walk: YamlWalk;
  readonly #tokenLimit: number;
  #tokens = 0;

  constructor(text: string, problems: Problems, tokenLimit: number) {
    this.#text = text;
    this.#problems = problems;
    this.#walk = new YamlWalk(problems);
    this.#tokenLimit = tokenLimit;
  }

  /** The root of a piece; null after a mistake, which is noted. */
  parse(piece: Piece): SourceNode | null {
    const tokens = this.#read(piece);
    const document = tokens === null ? null : this.#compose(tokens, piece);
    if (document === null) return null;
    const { contents } = document;
    if (contents !== null && contents.range[0] !== contents.range[1]) return this.#walk.walkRoot(contents, piece.start);
    const hint = 'the smallest workflow has a name and one step: `name: hello` and `steps: { hello: { run: echo hello } }`';
    this.#problems.add('SY004', { start: 0, end: 1 }, 'the file is empty', hint);
    return null;
  }

  // Composing is recursive and keeps everything in memory, so that depth and number are looked at here, token by token.
  #read({ start, end }: Piece): CST.Token[] | null {
    const parser = new Parser();
    const tokens: CST.Token[] = [];
    const limit = Math.min(this.#tokenLimit, this.#tokens + workflowLimits.tokensInOnePiece);
    for (const lexeme of new Lexer().lex(this.#text.slice(start, end))) {
      const at = start + parser.offset;
      this.#tokens += 1;
      if (!this.#withinBounds(lexeme, at, limit)) return null;
      for (const token of parser.next(lexeme)) tokens.push(token);
      if (parser.stack.length > workflowLimits.depth + 2) {
        this.#problems.add(
          'SY006',
          { start: at, end: at + 1 },
          `values are nested more than ${workflowLimits.depth} levels deep`,
        );
        return null;
      }
    }
    for (const token of parser.end()) tokens.push(token);
    return this.#checkDocuments(tokens, start) ? tokens : null;
  }

  #withinBounds(lexeme: string, at: number, limit: number): boolean {
    if (this.#tokens > limit) {
      const message = `the file has too many keys, values, signs and spaces by here (${this.#tokens.toLocaleString('en')})`;
      this.#problems.add(
        'SY007',
        { start: at, end: at + 1 },
        message,
        'write long files in block style, one key a line, or split them',
      );
      return false;
    }
    if (lexeme.length <= workflowLimits.scalarLength) return true;
    const message = `a text is longer than ${workflowLimits.scalarLength / 1024} KiB`;
    this.#problems.add('SY008', { start: at, end: at + 1 }, message, 'move it into a file of its own');
    return false;
  }

  #checkDocuments(tokens: readonly CST.Token[], base: number): boolean {
    let documents = 0;
    for (const token of tokens) {
      const at = base + token.offset;
      if (token.type === 'directive' && !/^%YAML\s+1\.2\s*$/.test(token.source)) {
        this.#problems.add(
          'SY010',
          { start: at, end: at + token.source.length },
          'directives other than `%YAML 1.2` are not known',
        );
        return false;
      }
      if (token.type !== 'document' || (documents += 1) < 2) continue;
      this.#problems.add(
        'SY005',
        { start: at, end: at + 3 },
        'the file holds more than one document',
        'put each workflow into a file of its own',
      );
      return false;
    }
    return true;
  }

  #compose(tokens: readonly CST.Token[], piece: Piece): Document.Parsed | null {
    const composer = new Composer({ schema: 'core', version: '1.2', uniqueKeys: false, resolveKnownTags: false });
    const [document] = [...composer.compose(tokens, true, piece.end - piece.start)];
    if (document === undefined) return null;
    const [first] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
    if (first === undefined) return document;
    const start = piece.start + Math.max(0, first.pos[0]);
    const { code, message, hint } = describeSyntaxError(this.#text, first, start);
    this.#problems.add(code, { start, end: Math.max(start + 1, piece.start + first.pos[1]) }, message, hint);
    return null;
  }
}
