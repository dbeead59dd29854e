/** Draws visualizations/run.svg, the state chart of a run, from machines/run.ts: the arrows are the machine's, only the places are chosen here. */
import { importTypeScript } from '../import-typescript.mjs';

/** @typedef {{ readonly x: number, readonly y: number, readonly w: number, readonly h: number }} Box */
/** @typedef {{ readonly from: string, readonly to: string, readonly label: string }} Arrow */
/** @typedef {{ type?: string, on?: Record<string, unknown>, always?: unknown, invoke?: { onDone?: unknown }, states?: Record<string, StateNode> }} StateNode */

/** @type {Readonly<Record<string, Box>>} */
const places = {
  pending: { x: 20, y: 190, w: 100, h: 36 },
  running: { x: 180, y: 30, w: 460, h: 440 },
  active: { x: 215, y: 190, w: 100, h: 36 },
  awaitingPerson: { x: 205, y: 298, w: 120, h: 36 },
  pausing: { x: 215, y: 80, w: 100, h: 36 },
  paused: { x: 480, y: 80, w: 100, h: 36 },
  draining: { x: 480, y: 225, w: 100, h: 36 },
  quarantining: { x: 475, y: 298, w: 110, h: 36 },
  canceling: { x: 215, y: 400, w: 100, h: 36 },
  aborting: { x: 480, y: 368, w: 100, h: 36 },
  succeeded: { x: 740, y: 80, w: 110, h: 36 },
  failed: { x: 740, y: 225, w: 110, h: 36 },
  quarantined: { x: 740, y: 298, w: 110, h: 36 },
  canceled: { x: 740, y: 400, w: 110, h: 36 },
};

/** Where the run may go when its last step has ended, whatever it was doing: one arrow from the region instead of one from each. */
const workingStates = new Set(['active', 'pausing', 'paused']);

/** Arrows that would cross the region or another state go around it. */
const detours = new Map([
  ['pending canceled', { path: 'M70 226L70 481L795 481L795 437', label: { x: 700, y: 477 } }],
  ['awaitingPerson pausing', { path: 'M205 316L195 316L195 98L214 98', label: { x: 216, y: 242 } }],
]);

/** Words for events that have a technical name; the others keep theirs. */
const words = new Map([
  ['xstate.done.actor.step.*', 'a step failed'],
  ['xstate.error.actor.step.*', 'a step broke'],
  ['xstate.done.actor.deadline', 'timeout'],
]);

/**
 * @param {string} root
 * @returns {Promise<readonly (readonly [string, string])[]>}
 */
export async function generate(root) {
  const { runMachine } = /** @type {{ runMachine: { config: StateNode } }} */ (await importTypeScript(root, 'machines/run.ts'));
  const { config } = runMachine;
  const arrows = collectArrows(config);
  const names = [...new Set(stateNames(config))];
  const unplaced = names.filter((name) => places[name] === undefined);
  if (unplaced.length > 0)
    throw new Error(`scripts/generators/run-picture.mjs has no place for the states ${unplaced.join(', ')} of machines/run.ts`);
  const gone = Object.keys(places).filter((name) => !names.includes(name));
  if (gone.length > 0)
    throw new Error(
      `scripts/generators/run-picture.mjs has places for states that machines/run.ts does not have: ${gone.join(', ')}`,
    );
  return [['visualizations/run.svg', draw(names, arrows, config)]];
}

/**
 * @param {StateNode} node
 * @returns {string[]}
 */
function stateNames(node) {
  return Object.entries(node.states ?? {}).flatMap(([name, child]) => [name, ...stateNames(child)]);
}

/**
 * @param {StateNode} machine
 * @returns {Arrow[]} one for each pair of states, its labels joined; what leaves a state for itself is left out
 */
function collectArrows(machine) {
  /** @type {Map<string, Set<string>>} */
  const labels = new Map();
  /** @param {StateNode} node */
  const visit = (node) => {
    for (const [from, child] of Object.entries(node.states ?? {})) {
      const events = { ...child.on, '': child.always, timeout: child.invoke?.onDone };
      for (const [event, transitions] of Object.entries(events)) {
        for (const target of targets(transitions)) {
          const leaves = workingStates.has(from) && machine.states?.[target] !== undefined;
          const key = `${leaves ? 'running' : from} ${target}`;
          labels.set(key, (labels.get(key) ?? new Set()).add(words.get(event) ?? event));
        }
      }
      visit(child);
    }
  };
  visit(machine);
  return [...labels].map(([key, names]) => {
    const [from = '', to = ''] = key.split(' ');
    return { from, to, label: [...names].filter((name) => name !== '').join(', ') };
  });
}

/**
 * @param {unknown} transitions
 * @returns {string[]} the last name of each target
 */
function targets(transitions) {
  if (Array.isArray(transitions)) return transitions.flatMap(targets);
  if (typeof transitions === 'string') return [transitions.split('.').at(-1) ?? ''];
  if (typeof transitions !== 'object' || transitions === null || !('target' in transitions)) return [];
  return targets(transitions.target);
}

/**
 * @param {string} name
 * @returns {Box}
 */
function place(name) {
  const box = places[name];
  if (box === undefined) throw new Error(`no place for ${name}`);
  return box;
}

/**
 * @param {readonly string[]} names
 * @param {readonly Arrow[]} arrows
 * @param {StateNode} config
 */
function draw(names, arrows, config) {
  const finals = new Set(Object.entries(config.states ?? {}).flatMap(([name, { type }]) => (type === 'final' ? [name] : [])));
  const inner = new Set(Object.keys(config.states?.['running']?.states ?? {}));
  const boxes = names.map((name) => drawState(name, finals.has(name)));
  const lines = arrows.map((arrow) => drawArrow(arrow, inner.has(arrow.to) && arrow.from === 'running', arrows));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 490" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="The states of a run and the events that lead from one to the next">
<style>
  .ground { fill: #ffffff } .region { fill: #f4f6fa; stroke: #8792a6 } .state { fill: #e3ebfb; stroke: #3d5a99 }
  .final { fill: #e4f3e6; stroke: #3c7a48; stroke-width: 3 } .arrow { fill: none; stroke: #56607a } .head { fill: #56607a }
  text { fill: #1c2433 } .label { font-size: 11px; fill: #3a4357; paint-order: stroke; stroke: #ffffff; stroke-width: 3px }
</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>
<rect class="ground" width="900" height="490"/>
${[...boxes, ...lines].join('\n')}
<text x="20" y="20" class="label">Arrows without a name are taken when every step has ended or none is running. Dashed ones start in any state inside.</text>
</svg>
`;
}

/**
 * @param {string} name
 * @param {boolean} final
 */
function drawState(name, final) {
  const { x, y, w, h } = place(name);
  if (name === 'running')
    return `<rect class="region" x="${x}" y="${y}" width="${w}" height="${h}" rx="12"/><text x="${x + 14}" y="${y + 22}">${name}</text>`;
  return `<rect class="${final ? 'final' : 'state'}" x="${x}" y="${y}" width="${w}" height="${h}" rx="8"/><text x="${x + w / 2}" y="${y + h / 2 + 4}" text-anchor="middle">${name}</text>`;
}

/**
 * A straight line between the edges of two boxes; from the region itself, a short one into its state; two that would meet run side by side.
 * @param {Arrow} arrow
 * @param {boolean} fromRegion
 * @param {readonly Arrow[]} all
 */
function drawArrow({ from, to, label }, fromRegion, all) {
  const target = place(to);
  if (fromRegion) return drawEntry(target, label);
  const detour = detours.get(`${from} ${to}`);
  if (detour !== undefined) {
    const { x, y } = detour.label;
    return `<path class="arrow" marker-end="url(#head)" d="${detour.path}"/><text class="label" x="${x}" y="${y}" text-anchor="middle">${label}</text>`;
  }
  const source = from === 'running' ? level(place(from), target) : place(from);
  const back = all.some((other) => other.from === to && other.to === from);
  return drawLine(source, target, { label, shift: back ? 9 : 0, slantable: from !== 'pending' });
}

/**
 * @param {Box} source
 * @param {Box} target
 * @param {{ readonly label: string, readonly shift: number, readonly slantable: boolean }} options `shift`: pixels aside, for a pair of arrows
 */
function drawLine(source, target, { label, shift, slantable }) {
  const a = center(source);
  const b = center(target);
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const aside = { x: (-(b.y - a.y) / length) * shift, y: ((b.x - a.x) / length) * shift };
  const start = edge(source, a, b);
  const end = edge(target, b, a);
  const points = [start.x + aside.x, start.y + aside.y, end.x + aside.x, end.y + aside.y].map(Math.round);
  const line = `<path class="arrow" marker-end="url(#head)" d="M${points[0]} ${points[1]}L${points[2]} ${points[3]}"/>`;
  if (label === '') return line;
  // Near its right end where an arrow is slanted: the middle is where arrows cross.
  const slanted = slantable && a.x !== b.x && a.y !== b.y;
  const along = slanted ? (a.x < b.x ? 0.65 : 0.25) : 0.5;
  const x = Math.round(start.x + (end.x - start.x) * along + aside.x * 2);
  const y = Math.round(start.y + (end.y - start.y) * along + aside.y * 2 - 4);
  const steep = Math.abs(b.y - a.y) > Math.abs(b.x - a.x);
  const side = aside.x < 0 ? 'end' : 'start';
  return `${line}<text class="label" x="${x}" y="${y}" text-anchor="${steep ? side : 'middle'}">${label}</text>`;
}

/**
 * An arrow from no state of its own: whatever the run does at that moment. From below, but from above where the way is taken.
 * @param {Box} target
 * @param {string} label
 */
function drawEntry(target, label) {
  const x = target.x + target.w / 2;
  if (target === places['pausing']) {
    const { y } = target;
    return `<path class="arrow" stroke-dasharray="4 3" marker-end="url(#head)" d="M${x} ${y - 24}L${x} ${y - 1}"/><text class="label" x="${x + 6}" y="${y - 12}">${label}</text>`;
  }
  const y = target.y + target.h;
  return `<path class="arrow" stroke-dasharray="4 3" marker-end="url(#head)" d="M${x} ${y + 24}L${x} ${y + 1}"/><text class="label" x="${x + 6}" y="${y + 20}">${label}</text>`;
}

/**
 * The part of a large box beside a smaller one, so that the arrow between them is level.
 * @param {Box} large
 * @param {Box} small
 */
function level(large, small) {
  return { ...large, y: small.y, h: small.h };
}

/** @param {Box} box */
function center({ x, y, w, h }) {
  return { x: x + w / 2, y: y + h / 2 };
}

/**
 * Where the line from `from` (the middle of `box`) to `to` leaves the box.
 * @param {Box} box
 * @param {{ x: number, y: number }} from
 * @param {{ x: number, y: number }} to
 */
function edge({ w, h }, from, to) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const scale = Math.min(dx === 0 ? Infinity : w / 2 / Math.abs(dx), dy === 0 ? Infinity : h / 2 / Math.abs(dy));
  return { x: from.x + dx * scale, y: from.y + dy * scale };
}
