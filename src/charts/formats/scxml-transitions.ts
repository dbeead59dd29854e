import type { ChartState, ChartTransition } from '../chart.ts';
import { xmlAttributes } from '../xml.ts';
import { scxmlEvent, scxmlName } from './scxml-names.ts';

/** What a transition has to know of its document. */
export interface ScxmlScene {
  readonly root: ChartState;
  /** By path. */
  readonly states: ReadonlyMap<string, ChartState>;
  /** The events of all transitions, as XState names them. */
  readonly events: ReadonlySet<string>;
  /** Whether the root is a state of its own: `scxml` itself can have no transitions and no actions, and is not parallel. Then the data `ended` says that it is over. */
  readonly isWrapped: boolean;
}

/** The transitions of a state as lines of SCXML, so ordered and conditioned that the same one is taken as in XState 5. */
export function scxmlTransitions(state: ChartState, scene: ScxmlScene): readonly string[] {
  return inOrder(state).flatMap((transition) => transitionLines(transition, state, scene));
}

/** XState tries the exact name before wildcards, and of these the longer ones first; SCXML tries in the order of the document. */
function inOrder(state: ChartState): readonly ChartTransition[] {
  const rank = ({ event }: ChartTransition): number => (event === '*' || event.endsWith('.*') ? -event.length : -Infinity);
  return [...state.transitions].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}

function transitionLines(transition: ChartTransition, state: ChartState, scene: ScxmlScene): readonly string[] {
  const { event, actions } = transition;
  const targets = targetsOf(transition, state, scene);
  const attributes = xmlAttributes({
    event: event === '' ? null : scxmlEvent(event),
    cond: conditionOf(transition, state, scene),
    target: targets.length === 0 ? null : targets.map(scxmlName).join(' '),
    type: isInternal(transition, targets) ? 'internal' : null,
  });
  if (actions.length === 0) return [`<transition${attributes}/>`];
  return [`<transition${attributes}>`, ...actions.map((name) => `  ${executable(name)}`), '</transition>'];
}

/** In XState a transition to its own source without `reenter` stays in it: in SCXML it has no target, or the state that the source begins with. */
function targetsOf(transition: ChartTransition, state: ChartState, { states }: ScxmlScene): readonly string[] {
  const isSelf = transition.targets.length === 1 && transition.targets[0] === state.path;
  if (!isSelf || transition.reenter) return transition.targets;
  if (state.states.length === 0) return [];
  const initial = state.initial === null ? undefined : states.get(state.initial);
  return initial === undefined ? transition.targets : [initial.path];
}

/** SCXML leaves every other transition external, whatever it says. */
function isInternal({ reenter, source }: ChartTransition, targets: readonly string[]): boolean {
  return !reenter && targets.length > 0 && targets.every((target) => target.startsWith(`${source}.`));
}

function conditionOf(transition: ChartTransition, state: ChartState, scene: ScxmlScene): string | null {
  const { event, guard } = transition;
  const conditions: string[] = [];
  if (scene.isWrapped && (state === scene.root || scene.root.kind === 'parallel')) conditions.push('!ended');
  // In SCXML the name of an event also takes every event that goes on after a dot.
  const isPrefix = event !== '' && !event.endsWith('*') && [...scene.events].some((other) => other.startsWith(`${event}.`));
  if (isPrefix) conditions.push(`_event.name === ${JSON.stringify(scxmlEvent(event))}`);
  if (guard !== null) conditions.push(member('guards', guard));
  return conditions.length === 0 ? null : conditions.join(' && ');
}

/** An action as executable content: `raise(X)` raises X, every other is a `log` with its name. */
export function executable(name: string): string {
  const raised = /^raise\((.+)\)$/su.exec(name)?.[1];
  if (raised !== undefined) return `<raise${xmlAttributes({ event: scxmlEvent(raised) })}/>`;
  return `<log${xmlAttributes({ label: 'action', expr: JSON.stringify(name) })}/>`;
}

/** The expression for a property: `guards.isReady`, `guards["not(isReady)"]`. */
export function member(object: string, name: string): string {
  return isIdentifier(name) ? `${object}.${name}` : `${object}[${JSON.stringify(name)}]`;
}

/** Whether a name can stand bare, as a property of ECMAScript. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}
