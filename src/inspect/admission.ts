import { createHash, timingSafeEqual } from 'node:crypto';

/** What decides whether a request may come in: the parts of it that are looked at. The handshake of a WebSocket is one too. */
export interface Knock {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/** Where the door is: `port` on 127.0.0.1, and the word that must stand in the path. */
export interface Door {
  readonly port: number;
  readonly token: string;
}

/** What is behind the door: the page, or the stream of events. */
export type Room = 'page' | 'stream';

/** Which room a request is let into, or the HTTP status that it is refused with. */
export type Verdict = { readonly room: Room } | { readonly status: 403 | 404 | 405 };

/**
 * Judges a request. `Host` must name the listener itself, so that no other name that leads to it is of use (DNS rebinding); a browser's `Origin` must be the listener's own page; the path
 * must begin with the token, compared in constant time. Without the token every path is unknown.
 */
export function judgeRequest(knock: Knock, door: Door): Verdict {
  const own = `127.0.0.1:${String(door.port)}`;
  if (knock.host !== own) return { status: 403 };
  if (knock.origin !== undefined && knock.origin !== `http://${own}`) return { status: 403 };
  const [, token = '', rest, ...more] = (knock.url ?? '').split('/');
  if (!isSame(token, door.token) || more.length > 0) return { status: 404 };
  if (knock.method !== 'GET') return { status: 405 };
  if (rest === '') return { room: 'page' };
  return rest === 'stream' ? { room: 'stream' } : { status: 404 };
}

/** Compares digests of one length, so that neither the length nor the first difference shows in the time. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
