/** Where the Stately inspector is; the page gives it the events by `postMessage`, as @statelyai/inspect does in a browser. */
const inspectorOrigin = 'https://stately.ai';
const inspectorUrl = `${inspectorOrigin}/inspect`;

/** The page and the headers that it must be sent with. */
export interface InspectorPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The page that hands the replay to the Stately inspector, in a frame or, at a button, in a window of its own. The inspector is told no address and no referrer: the token never leaves this
 * page. Each time that it says it is there, as after a reload, it gets the replay from its beginning. `nonce` is for the one script; `byHand` shows a button that asks for the next change.
 */
export function inspectorPage({ port, nonce, byHand }: { port: number; nonce: string; byHand: boolean }): InspectorPage {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    `connect-src ws://127.0.0.1:${String(port)}`,
    `frame-src ${inspectorOrigin}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    html: html(nonce, byHand),
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  };
}

function html(nonce: string, byHand: boolean): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Stateyard: replay of a run</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">
html, body { margin: 0; height: 100% }
body { display: flex; flex-direction: column; font: 14px system-ui, sans-serif }
header { display: flex; gap: 1em; align-items: center; padding: .3em .6em }
iframe { flex: 1; border: 0 }
</style>
<header>
<strong>Stateyard</strong> <span id="said" role="status">waiting for the inspector</span>${byHand ? '\n<button id="next" disabled>Next</button>' : ''}
<button id="apart">Open in a window</button>
</header>
<iframe id="inspector" title="Stately inspector" referrerpolicy="no-referrer"></iframe>
<script nonce="${nonce}">
${script}</script>
</html>
`;
}

// The inspector says `@statelyai.connected` to whoever opened it, and takes events as messages (createBrowserReceiver of @statelyai/inspect). It is loaded by the script, which listens by then.
const script = `'use strict';
const patienceMs = 10000;
const byId = (id) => document.getElementById(id);
const frame = byId('inspector');
const said = byId('said');
const next = byId('next');
let inspector = frame.contentWindow;
let socket = null;
const replay = () => {
  if (socket) { socket.onmessage = socket.onclose = null; socket.close(); }
  const own = socket = new WebSocket('ws://' + location.host + location.pathname + 'stream');
  let count = 0;
  own.onopen = () => { said.textContent = 'replaying'; if (next) next.disabled = false; };
  own.onmessage = ({ data }) => {
    inspector.postMessage(JSON.parse(data), '${inspectorOrigin}');
    said.textContent = (count += 1) + ' events';
  };
  own.onclose = ({ wasClean, code }) => {
    said.textContent = wasClean && code === 1000 ? count + ' events, ended' : 'stateyard has ended: start it again';
    if (next) next.disabled = true;
  };
};
addEventListener('message', (event) => {
  if (event.origin !== '${inspectorOrigin}' || event.source !== inspector) return;
  if (event.data && event.data.type === '@statelyai.connected') replay();
});
if (next) next.onclick = () => { if (socket && socket.readyState === WebSocket.OPEN) socket.send('next'); };
byId('apart').onclick = () => {
  inspector = open('${inspectorUrl}', 'stateyard-inspector');
  frame.remove();
  byId('apart').remove();
  said.textContent = inspector ? 'waiting for the inspector' : 'the browser has blocked the window: allow it, and load this page again';
};
frame.src = '${inspectorUrl}';
setTimeout(() => {
  if (!socket) said.textContent = 'no answer from ${inspectorOrigin}: is it reached from here? It may answer in a window.';
}, patienceMs);
`;
