import type { ChartTransition } from './chart.ts';

/** A transition in the parts of its label: `FAILED`, `[reachesThreshold]`, `/ countFailure`. Each is one line without control characters. */
export interface TransitionWords {
  readonly trigger: string;
  /** With its brackets; `[else]` for one that is taken when no guard before it holds; null: nothing to ask. */
  readonly guard: string | null;
  /** With its slash; null: none. */
  readonly actions: string | null;
}

/** The words for a transition, for people: events of XState's own are said plainly (`done: attempt`, `after 1000 ms`). */
export function transitionWords(transition: ChartTransition): TransitionWords {
  const { guard, index, actions } = transition;
  const asked = guard ?? (index > 0 ? 'else' : null);
  return {
    trigger: oneLine(triggerOf(transition)),
    guard: asked === null ? null : oneLine(`[${asked}]`),
    actions: actions.length === 0 ? null : oneLine(`/ ${actions.join(', ')}`),
  };
}

/** The whole label in one line, such as `FAILED [reachesThreshold] / countFailure, setReopening`. */
export function transitionLabel(transition: ChartTransition): string {
  const { trigger, guard, actions } = transitionWords(transition);
  return [trigger, guard, actions].filter((part) => part !== null).join(' ');
}

/** A transition that takes its event and does nothing: written to keep the event from an ancestor that would take it. */
export function isIgnored(transition: ChartTransition): boolean {
  const { kind, targets, actions, guard } = transition;
  return targets.length === 0 && actions.length === 0 && guard === null && kind !== 'always';
}

/** A name on one line of printable characters: what would break the line, or turn the writing around, is shown as its code (`\n`, `\u202e`). */
export function oneLine(name: string): string {
  return name.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    return short ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

function triggerOf(transition: ChartTransition): string {
  const { kind, event, source } = transition;
  switch (kind) {
    case 'always':
      return 'always';
    case 'after':
      return `after ${delayWords(transition)}`;
    case 'done':
      return event === `xstate.done.state.${source}` ? 'done' : `done: ${event.slice('xstate.done.state.'.length)}`;
    case 'invokeDone':
      return `done: ${event.slice('xstate.done.actor.'.length)}`;
    case 'invokeError':
      return `error: ${event.slice('xstate.error.actor.'.length)}`;
    case 'invokeSnapshot':
      return `snapshot: ${event.slice('xstate.snapshot.'.length)}`;
    default:
      return event === '*' ? 'any event' : event;
  }
}

function delayWords({ delay, event }: ChartTransition): string {
  if (delay === null) return event;
  return /^\d+$/.test(delay) ? `${delay} ms` : delay;
}
