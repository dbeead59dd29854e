import { xmlAttributes, xmlText } from '../xml.ts';
import { number } from './svg-path.ts';

/** Fonts whose measures the layout counts with, and what is near them. */
const fonts = "Helvetica, Arial, 'Liberation Sans', sans-serif";

/**
 * A picture as SVG 1.1 text that stands by itself: it has a title and a description for those who do not see it, and shows itself light or dark as the
 * reader prefers. `style` is CSS whose dark colours stand in `dark`. Ends with a newline.
 */
export function svgPage(
  { width, height }: { readonly width: number; readonly height: number },
  { title, description }: { readonly title: string; readonly description: string },
  { light, dark }: { readonly light: string; readonly dark: string },
  content: readonly string[],
): string {
  const attributes = xmlAttributes({
    xmlns: 'http://www.w3.org/2000/svg',
    width: number(width),
    height: number(height),
    viewBox: `0 0 ${number(width)} ${number(height)}`,
    role: 'img',
    'aria-labelledby': 'title description',
    'font-family': fonts,
  });
  return [
    `<svg${attributes}>`,
    `<title id="title">${xmlText(title)}</title>`,
    `<desc id="description">${xmlText(description)}</desc>`,
    `<style>${light}@media (prefers-color-scheme:dark){${dark}}</style>`,
    `<rect class="page" width="${number(width)}" height="${number(height)}"/>`,
    ...content,
    '</svg>',
    '',
  ].join('\n');
}

/** A line of text at a place, with further attributes. */
export function svgText(text: string, x: number, y: number, attributes: Readonly<Record<string, string | null>>): string {
  return `<text${xmlAttributes({ x: number(x), y: number(y), ...attributes })}>${xmlText(text)}</text>`;
}
