import { expect, test } from 'vitest';
import { chartStyle } from '../../../src/charts/drawing/chart-style.ts';

/** The plain fill of each selector, such as `.state.lit>rect`. */
function fillsOf(css: string): readonly (readonly [selector: string, colour: string])[] {
  return [...css.matchAll(/([^{}]+)\{([^}]*)\}/g)].flatMap(([, selectors = '', body = '']) => {
    const fill = /(?:^|;)fill:(#[0-9a-f]{6})/.exec(body)?.[1];
    return fill === undefined ? [] : selectors.split(',').map((selector) => [selector, fill] as const);
  });
}

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

test.each(['light', 'dark'] as const)('every text stands out from every ground on a %s page', (page) => {
  const fills = fillsOf(chartStyle[page]);
  const grounds = fills.filter(([selector]) => /rect$|page|paper/.test(selector));
  const texts = fills.filter(([selector]) => /title|line|label/.test(selector));
  expect([grounds.length, texts.length]).toEqual([7, 11]);
  const faint = texts.flatMap(([text, colour]) =>
    grounds.filter(([, ground]) => contrast(colour, ground) < 4.5).map(([ground]) => `${text} on ${ground}`),
  );
  expect(faint).toEqual([]);
});
