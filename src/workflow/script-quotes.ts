/** Why a shell would not put a variable's value in at a place of a script. */
export type Unexpanded = 'single quotes' | 'a here-document with a quoted delimiter';

type Frame = 'code' | 'double';

interface Heredoc {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripsTabs: boolean;
}

/**
 * Finds the parts of a POSIX shell script in which variables are not expanded, by a scan of quotes, comments, command substitutions
 * and here-documents. Offsets are into the script; anything too unusual for the scan is taken as expanded.
 */
export function findUnexpanded(script: string): { readonly start: number; readonly end: number; readonly why: Unexpanded }[] {
  return new QuoteScan(script).run();
}

class QuoteScan {
  readonly #script: string;
  readonly #found: { start: number; end: number; why: Unexpanded }[] = [];
  readonly #frames: Frame[] = ['code'];
  #heredocs: Heredoc[] = [];
  #at = 0;

  constructor(script: string) {
    this.#script = script;
  }

  run(): { start: number; end: number; why: Unexpanded }[] {
    while (this.#at < this.#script.length) {
      if (this.#script[this.#at] === '\\') this.#at += 2;
      else if (this.#script.startsWith('$(', this.#at)) this.#open('code', 2);
      else if (this.#frames.at(-1) === 'double') this.#inDouble();
      else this.#inCode();
    }
    return this.#found;
  }

  #open(frame: Frame, width: number): void {
    this.#frames.push(frame);
    this.#at += width;
  }

  #inDouble(): void {
    if (this.#script[this.#at] === '"') this.#frames.pop();
    this.#at += 1;
  }

  #inCode(): void {
    const character = this.#script[this.#at];
    if (character === "'") return this.#singleQuoted();
    if (character === '"') return this.#open('double', 1);
    if (character === '(') return this.#open('code', 1);
    if (character === '#' && /^$|[\s;&|()]/.test(this.#script[this.#at - 1] ?? '')) return this.#skipTo('\n');
    if (character === '<') return this.#redirect();
    if (character === ')' && this.#frames.length > 1) this.#frames.pop();
    this.#at += 1;
    if (character === '\n') this.#readHeredocs();
  }

  #skipTo(text: string): void {
    const end = this.#script.indexOf(text, this.#at);
    this.#at = end === -1 ? this.#script.length : end;
  }

  #singleQuoted(): void {
    const start = this.#at;
    const escapes = this.#script[start - 1] === '$';
    let end = start + 1;
    while (end < this.#script.length && this.#script[end] !== "'") end += escapes && this.#script[end] === '\\' ? 2 : 1;
    this.#found.push({ start, end, why: 'single quotes' });
    this.#at = end + 1;
  }

  #redirect(): void {
    const match = /<<(?!<)(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|(\\?)([A-Za-z_][\w.-]*))/y;
    match.lastIndex = this.#at;
    const found = match.exec(this.#script);
    if (found === null) {
      // `<<<` is a here-string, not the start of a here-document one place on.
      this.#at += this.#script.startsWith('<<<', this.#at) ? 3 : 1;
      return;
    }
    const [whole, dash, single, double, escape, plain] = found;
    const delimiter = single ?? double ?? plain ?? '';
    this.#heredocs.push({ delimiter, quoted: plain === undefined || escape !== '', stripsTabs: dash === '-' });
    this.#at += whole.length;
  }

  #readHeredocs(): void {
    for (const { delimiter, quoted, stripsTabs } of this.#heredocs) {
      const start = this.#at;
      let line = start;
      for (let next = start; ;) {
        if (line >= this.#script.length) return this.#forget(start);
        const end = this.#script.indexOf('\n', line);
        next = end === -1 ? this.#script.length : end;
        const text = this.#script.slice(line, next);
        if ((stripsTabs ? text.replace(/^\t+/, '') : text) === delimiter) {
          this.#at = next;
          break;
        }
        line = next + 1;
      }
      if (quoted) this.#found.push({ start, end: line, why: 'a here-document with a quoted delimiter' });
    }
    this.#heredocs = [];
  }

  // What looked like a here-document has no end: it was something else, such as a shift in arithmetic.
  #forget(start: number): void {
    this.#at = start;
    this.#heredocs = [];
  }
}
