/** Colours of a step by its state: the paper and border of its box, on a light page and on a dark one. */
interface StepColours {
  readonly light: readonly [fill: string, stroke: string];
  readonly dark: readonly [fill: string, stroke: string];
}

const green: StepColours = { light: ['#e3f9e5', '#2f8132'], dark: ['#12301a', '#57ab5a'] };
const red: StepColours = { light: ['#ffe3e3', '#c53030'], dark: ['#3d1618', '#f47067'] };
const blue: StepColours = { light: ['#dceefb', '#186faf'], dark: ['#0f2a43', '#539bf5'] };
const amber: StepColours = { light: ['#fff3c4', '#b7791f'], dark: ['#3a2d07', '#daaa3f'] };
const grey: StepColours = { light: ['#f0f2f5', '#7b8794'], dark: ['#1c232c', '#768390'] };

/** The states that a step is shown in, with its colours, and a mark for those who do not see colours. */
const states: Readonly<Record<string, { readonly colours: StepColours; readonly mark: string }>> = {
  succeeded: { colours: green, mark: '✓' },
  failed: { colours: red, mark: '✗' },
  quarantined: { colours: red, mark: '✗' },
  running: { colours: blue, mark: '●' },
  awaiting: { colours: amber, mark: '?' },
  backoff: { colours: amber, mark: '↻' },
  held: { colours: amber, mark: '‖' },
  canceled: { colours: amber, mark: '⊘' },
  skipped: { colours: grey, mark: '–' },
};

/** The mark of a step in a state, such as `✓`; `○` in every other state, nothing for one that is only planned (null). */
export function stepMark(state: string | null): string {
  return state === null ? '' : (states[state]?.mark ?? '○');
}

/** The colours of a box on a light page, as `[fill, stroke]`; null for a state without colours of its own. */
export function stepColours(state: string | null): readonly [fill: string, stroke: string] | null {
  return state === null ? null : (states[state]?.colours.light ?? null);
}

/** The colours of a workflow's picture, for light and dark pages. */
export const workflowStyle = {
  light: [
    '.page{fill:#ffffff}.step rect{fill:#ffffff;stroke:#7b8794;stroke-width:1.2}.step.critical rect{stroke-width:2.6}',
    '.name{font-size:13px;font-weight:700;fill:#1a202c}.line{font-size:11px;fill:#52606d}',
    '.way{fill:none;stroke:#7b8794;stroke-width:1.3}.head{fill:#7b8794}',
    rules('light'),
  ].join(''),
  dark: [
    '.page{fill:#0d1117}.step rect{fill:#0d1117;stroke:#8b98a5}.name{fill:#f0f6fc}.line{fill:#c3ccd5}',
    '.way{stroke:#8b98a5}.head{fill:#8b98a5}',
    rules('dark'),
  ].join(''),
} as const;

function rules(page: 'light' | 'dark'): string {
  return Object.entries(states)
    .map(([state, { colours }]) => `.step.${state} rect{fill:${colours[page][0]};stroke:${colours[page][1]}}`)
    .join('');
}
