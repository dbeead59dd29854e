import type { InspectedState, InspectReport } from '../../schemas/cli/inspect-report.ts';
import type { ReplayEvent } from './run-replay.ts';

/** The version of @statelyai/inspect whose protocol is spoken (its src/types.ts): actor, event and snapshot, each with session, root and time. */
const protocolVersion = '0.7.2';

/** What an actor did: the event that it got, from whom (null: no actor of the run), and where it stands now. */
export interface Move {
  readonly session: string;
  readonly source: string | null;
  readonly event: ReplayEvent;
  readonly state: InspectedState;
}

/** What an actor is. `parent` is a session; null: it is the root. */
export interface NewActor {
  readonly session: string;
  readonly name: string;
  readonly parent: string | null;
  readonly definition: string;
  readonly state: InspectedState;
}

/** Puts inspection events in a row, with ids and times; one trail is one run. */
export class InspectionTrail {
  readonly #rootId: string;
  readonly #events: InspectReport[] = [];
  readonly #lastSnapshots = new Map<string, number>();
  #atMs = 0;

  constructor(rootId: string) {
    this.#rootId = rootId;
  }

  /** What follows happened then, in milliseconds since 1970. */
  setTime(atMs: number): void {
    this.#atMs = atMs;
  }

  /** An actor comes to be and takes its first state. */
  actor({ session, name, parent, definition, state }: NewActor): void {
    const child = parent === null ? {} : { parentId: parent };
    this.#events.push({ type: '@xstate.actor', ...this.#common(session), name, ...child, definition, snapshot: state });
    this.move({ session, source: parent, event: { type: 'xstate.init' }, state });
  }

  /** An actor gets an event and has a new snapshot. */
  move({ session, source, event, state }: Move): void {
    const sender = source === null ? {} : { sourceId: source };
    this.#events.push({ type: '@xstate.event', ...this.#common(session), ...sender, event: { ...event } });
    this.#lastSnapshots.set(session, this.#events.length);
    this.#events.push({ type: '@xstate.snapshot', ...this.#common(session), event: { ...event }, snapshot: state });
  }

  /** Says more of an actor where it stands at the end; nothing where it never was heard of. */
  complete(session: string, context: Readonly<Record<string, unknown>>): void {
    const index = this.#lastSnapshots.get(session) ?? -1;
    const last = this.#events[index];
    if (last?.type === '@xstate.snapshot')
      this.#events[index] = { ...last, snapshot: { ...last.snapshot, context: { ...context } } };
  }

  /** All of it, in order. */
  get events(): readonly InspectReport[] {
    return this.#events;
  }

  #common(sessionId: string): Pick<InspectReport, 'rootId' | 'sessionId' | 'createdAt' | 'id' | '_version'> {
    const id = `${this.#rootId}.${String(this.#events.length + 1)}`;
    return { rootId: this.#rootId, sessionId, createdAt: String(this.#atMs), id, _version: protocolVersion };
  }
}
