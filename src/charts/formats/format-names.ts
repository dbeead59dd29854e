/** The forms in which a chart can be had, apart from the code that writes them: the metadata of the verbs need no more. */
export const chartFormats = ['text', 'mermaid', 'svg', 'json', 'stately', 'scxml', 'promela'] as const;

/** One of {@link chartFormats}. */
export type ChartFormat = (typeof chartFormats)[number];
