/**
 * The colours of a chart's picture, for light and dark pages. The contrast of every text on every ground is at least 4.5 to 1 (WCAG 2.2, level AA), but for
 * what was never taken, which is faint on purpose.
 */
export const chartStyle = {
  light: [
    '.page{fill:#ffffff}',
    '.state rect{fill:#ffffff;stroke:#7b8794;stroke-width:1.2}',
    '.state.container>rect{fill:#f6f8fa}.state.nested>rect{fill:#eef1f4}',
    '.state.region>rect{stroke-dasharray:6 4}',
    '.state.lit>rect{fill:#fff3c4;stroke:#b7791f;stroke-width:2.6}.state.lit.container>rect{fill:#fffaeb}',
    '.title{font-size:13px;font-weight:700;fill:#1a202c}',
    '.line{font-size:11px;fill:#3e4c59}.line.effect{fill:#5b21b6}.line.tag{fill:#616e7c}',
    '.rule{stroke:#cbd2d9;stroke-width:1}',
    '.dot{fill:#1a202c}',
    '.way{fill:none;stroke-width:1.3}.head{stroke:none}',
    '.label{font-size:10.5px}.label.actions{fill:#616e7c}',
    '.paper{fill:#ffffff}',
    '.idle{opacity:.4}',
    tones({ event: '#334e68', always: '#52606d', after: '#9a5b00', done: '#276749', error: '#c53030', begin: '#1a202c' }),
    '.way.always{stroke-dasharray:5 3}',
  ].join(''),
  dark: [
    '.page{fill:#0d1117}',
    '.state rect{fill:#0d1117;stroke:#8b98a5}',
    '.state.container>rect{fill:#151b23}.state.nested>rect{fill:#1c232c}',
    '.state.lit>rect{fill:#4a3a05;stroke:#f2cc60}.state.lit.container>rect{fill:#2b2408}',
    '.title{fill:#f0f6fc}',
    '.line{fill:#c3ccd5}.line.effect{fill:#cbb2ff}.line.tag{fill:#a3aeb9}',
    '.rule{stroke:#3d4651}',
    '.dot{fill:#f0f6fc}',
    '.label.actions{fill:#a3aeb9}',
    '.paper{fill:#0d1117}',
    tones({ event: '#a9c7e8', always: '#b4bdc6', after: '#f0b24a', done: '#7ee2a8', error: '#ff8f8f', begin: '#f0f6fc' }),
  ].join(''),
} as const;

function tones(colours: Readonly<Record<string, string>>): string {
  return Object.entries(colours)
    .map(([tone, colour]) => `.way.${tone}{stroke:${colour}}.head.${tone},.label.${tone}.head{fill:${colour}}`)
    .join('');
}
