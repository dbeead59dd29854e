/**
 * A name as an id of XML (NCName) and as one token of an event: every character that is not allowed, and a `_` that would be read as the begin of a
 * code, becomes its code in `_xHHHH_` (the rule of ISO/IEC 9075-14, SQL/XML). Different names stay different.
 */
export function scxmlName(name: string): string {
  const coded = name.replace(/_(?=x[\da-f]+_)|[^\p{L}\p{N}_.-]/giu, codeOf);
  return /^[\p{L}_]/u.test(coded) ? coded : coded.replace(/^./u, codeOf);
}

/**
 * An event of XState as SCXML names it: `xstate.done.state.X` is `done.state.X`, `xstate.done.actor.ID` is `done.invoke.ID`, `xstate.error.actor.ID` is
 * `error.invoke.ID`, `xstate.snapshot.ID` is `snapshot.invoke.ID`; a name of the user's keeps its own. `X.*` and `*` stay wildcards.
 */
export function scxmlEvent(event: string): string {
  if (event === '*') return event;
  if (event.endsWith('.*')) return `${scxmlEvent(event.slice(0, -2))}.*`;
  for (const [prefix, standard] of prefixes) {
    if (event.startsWith(prefix)) return `${standard}${eventTokens(event.slice(prefix.length))}`;
  }
  return eventTokens(event);
}

const prefixes: readonly (readonly [string, string])[] = [
  ['xstate.done.state.', 'done.state.'],
  ['xstate.done.actor.', 'done.invoke.'],
  ['xstate.error.actor.', 'error.invoke.'],
  ['xstate.snapshot.', 'snapshot.invoke.'],
];

function eventTokens(event: string): string {
  return event
    .split('.')
    .map((token) => token.replace(/_(?=x[\da-f]+_)|[^\p{L}\p{N}_-]/giu, codeOf))
    .join('.');
}

function codeOf(character: string): string {
  return `_x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}_`;
}
