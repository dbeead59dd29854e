import { eastAsianWidth } from 'get-east-asian-width';

/**
 * Widths of the printable ASCII characters from the space on, in thousandths of the size: the metrics of Helvetica (Adobe Core 14 AFM files), which Arial
 * and Liberation Sans share. So a picture has the same measures on every machine, whatever fonts it has.
 */
const asciiWidths = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556,
  556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778,
  722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222,
  500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/** Where none of these fonts is, as on many Linux machines, DejaVu Sans stands in: it is wider by so much in names, and nothing may overflow. */
const widestFactor = 1.16;

/** Bold letters are wider: of Helvetica Bold by 7 % at most in names. */
const boldFactor = 1.07;

/** A kind of text in a picture: its size in pixels, and whether it is bold. */
export interface Face {
  readonly sizePx: number;
  readonly isBold: boolean;
}

/** How wide a text is drawn, in pixels, rounded up. */
export function textWidthPx(text: string, { sizePx, isBold }: Face): number {
  let thousandths = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    thousandths += asciiWidths[code - 32] ?? (eastAsianWidth(code) === 2 ? 1000 : 700);
  }
  return Math.ceil((thousandths / 1000) * sizePx * widestFactor * (isBold ? boldFactor : 1));
}

/** The lines of a text at most `widthPx` wide: broken at spaces, and a word that is wider than a line between its characters. At least one line. */
export function wrapText(text: string, widthPx: number, face: Face): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, widthPx, face))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidthPx(longer, face) > widthPx) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function pieces(word: string, widthPx: number, face: Face): readonly string[] {
  if (textWidthPx(word, face) <= widthPx) return [word];
  const found: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && textWidthPx(piece + character, face) > widthPx) {
      found.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...found, piece];
}
