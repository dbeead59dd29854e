import { expect, test } from 'vitest';
import fc from 'fast-check';
import { displayWidth } from '../../../src/logs/display-width.ts';
import { sanitiseLine } from '../../../src/logs/sanitise-line.ts';

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '\x1b[',
    '\x1b]0;',
    '\x9b',
    '\x9d',
    '\x07',
    '\x1b\\',
    '\r',
    '\n',
    '\t',
    '\b',
    '日本',
    '🚀',
    '👨‍👩‍👧',
    'e\u0301',
    '\u202e',
    '\ud800',
    '❤️',
    '1️⃣',
    '🇫🇷',
    'ᄀᄀᆨ',
  ),
  fc.integer({ min: 0, max: 0x9f }).map((code) => String.fromCharCode(code)),
);
const line = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));

test('nothing that could move a cursor, change a colour or disguise text remains, and the width is kept', () => {
  fc.assert(
    fc.property(line, fc.integer({ min: 0, max: 60 }), (text, columns) => {
      const clean = sanitiseLine(text, columns);
      expect(clean).not.toMatch(/[\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}\p{Surrogate}]/u);
      expect(displayWidth(clean)).toBeLessThanOrEqual(columns);
    }),
    { numRuns: 1000 },
  );
});

test('what is clean stays as it is', () => {
  fc.assert(
    fc.property(line, (text) => {
      const clean = sanitiseLine(text);
      expect(sanitiseLine(clean)).toBe(clean);
    }),
  );
});
