import { displayWidth } from '../../../src/logs/display-width.ts';

const escape = '\x1b';
const token = new RegExp(`${escape}\\[(\\??)(\\d*)([A-Za-z])|[\\r\\n]|[^${escape}\\r\\n]+`, 'gy');

/**
 * A small terminal: draws text, knows the few escape codes that the live display may use, and throws at everything else and at a
 * line that reaches its last column. Lines that scroll off the top are kept in `scrolledOff`.
 */
export class Screen {
  columns: number;
  rows: number;
  cursorShown = true;
  writes = 0;
  bytes = 0;
  readonly scrolledOff: string[] = [];
  #lines: string[] = [''];
  #row = 0;
  #column = 0;
  #inFrame = false;
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  /** Every line, from the first that was ever drawn. */
  get everything(): string[] {
    return [...this.scrolledOff, ...this.#lines];
  }

  /** What the terminal shows now. */
  get visible(): readonly string[] {
    return this.#lines;
  }

  on(event: string, listener: () => void): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: () => void): void {
    this.#listeners.get(event)?.delete(listener);
  }

  listeners(event: string): number {
    return this.#listeners.get(event)?.size ?? 0;
  }

  /** Another size; lines that no longer fit are broken, as most terminals do. */
  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    const before = this.#lines;
    const cursorLine = this.#row;
    this.#lines = [];
    for (const [index, line] of before.entries()) {
      let part = '';
      for (const character of line) {
        if (displayWidth(part + character) > columns) {
          this.#lines.push(part);
          part = '';
        }
        part += character;
      }
      this.#lines.push(part);
      if (index === cursorLine) this.#row = this.#lines.length - 1;
    }
    this.#scroll();
    for (const listener of this.#listeners.get('resize') ?? []) listener();
  }

  write(text: string): void {
    this.writes += 1;
    this.bytes += text.length;
    token.lastIndex = 0;
    while (token.lastIndex < text.length) {
      const at = token.lastIndex;
      const match = token.exec(text);
      if (match === null) throw new Error(`unknown escape code at ${JSON.stringify(text.slice(at, at + 20))}`);
      const [whole, mark, count, command] = match;
      const counted = command !== 'A' && command !== 'm';
      if (command !== undefined) this.#obey(`${mark}${counted ? count : ''}${command}`, Number(count || 1));
      else if (whole === '\r') this.#column = 0;
      else if (whole === '\n') this.#lineFeed();
      else this.#put(whole);
    }
    if (this.#inFrame) throw new Error('a frame was begun and not shown');
  }

  #obey(code: string, count: number): void {
    const line = this.#lines[this.#row] ?? '';
    if (code === 'm') return;
    if (code === 'A') this.#row = Math.max(0, this.#row - count);
    else if (code === 'K') this.#lines[this.#row] = this.#leftOfCursor(line);
    else if (code === 'J') this.#lines.splice(this.#row, Number.POSITIVE_INFINITY, this.#leftOfCursor(line));
    else if (code === '?25l') this.cursorShown = false;
    else if (code === '?25h') this.cursorShown = true;
    else if (code === '?2026h') this.#inFrame = true;
    else if (code === '?2026l') this.#inFrame = false;
    else throw new Error(`unknown escape code ${code}`);
  }

  #leftOfCursor(line: string): string {
    let left = '';
    for (const character of line) {
      if (displayWidth(left + character) > this.#column) break;
      left += character;
    }
    return left;
  }

  #put(text: string): void {
    const line = this.#lines[this.#row] ?? '';
    const width = displayWidth(text);
    if (this.#column + width >= this.columns) throw new Error(`a line reaches the last column: ${JSON.stringify(text)}`);
    const left = this.#leftOfCursor(line);
    let right = line.slice(left.length);
    for (let gone = 0; gone < width && right !== '';) {
      const [first = ''] = right;
      gone += displayWidth(first);
      right = right.slice(first.length);
    }
    this.#lines[this.#row] = left + text + right;
    this.#column += width;
  }

  #lineFeed(): void {
    this.#row += 1;
    if (this.#row >= this.#lines.length) this.#lines.push('');
    this.#scroll();
  }

  #scroll(): void {
    while (this.#lines.length > this.rows) {
      this.scrolledOff.push(this.#lines.shift() ?? '');
      this.#row = Math.max(0, this.#row - 1);
    }
  }
}
