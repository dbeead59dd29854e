import { openSync, writeSync } from 'node:fs';
import { installTap, readingCalls, setTap, type Call, type Tap } from './call-tap.ts';
import { traceTo, tracingTap, writeLine } from './disk-trace.ts';
import { live, type Project } from './engine-life.ts';

/** Where a life ends: before, in the middle of, or after the call with the number `at` (from 1) of those that change something and have `of` in their name. */
export interface Death {
  readonly at: number;
  readonly of?: string;
  readonly moment: 'before' | 'middle' | 'after';
}

/** What a worker is told. It adds the name of every call before it is made to the file `calls`, and what came of the calls to `trace`. */
export interface Order extends Project {
  readonly death: Death | null;
  readonly calls: string | null;
  readonly trace: string | null;
}

/**
 * One life of the real engine, as a program whose only argument is an {@link Order} as JSON. Prints each event that is safe as a line of JSON.
 * Kills itself at `death` (null: it lives to the end of the run).
 */
const order = JSON.parse(process.argv[2] ?? '') as Order;
const calls = order.calls === null ? null : openSync(order.calls, 'a');
const trace = order.trace === null ? null : traceTo(openSync(order.trace, 'a'));
const carryOut: Tap = trace === null ? (_, work) => work() : tracingTap(trace);
let count = 0;

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('SIGKILL did not come');
}

/** Does a part of the call, and dies: half of a write; of others whatever comes to pass before the end does. */
function dieInside(call: Call, work: () => unknown, half: (() => void) | undefined): never {
  if (half === undefined || call.bytes === undefined) {
    void work();
    return die();
  }
  half();
  trace?.(writeLine(call.handle ?? -1, call.bytes.subarray(0, Math.ceil(call.bytes.length / 2))));
  return die();
}

function dieAfter<Result>(result: Result): Result {
  return result instanceof Promise ? (result.finally(die) as Result) : die();
}

/** Counts a call; where its number is that of the death, when to die. */
function momentOf(call: Call): Death['moment'] | null {
  const name = `${call.kind} ${call.path.slice(order.folder.length + 1)}`;
  if (readingCalls.has(call.kind) || !name.includes(order.death?.of ?? '')) return null;
  count += 1;
  if (calls !== null) writeSync(calls, `${name}\n`);
  return order.death?.at === count ? order.death.moment : null;
}

installTap();
setTap((call, work, half) => {
  const moment = momentOf(call);
  if (moment === 'before') return die();
  if (moment === 'middle') return dieInside(call, work, half);
  const result = carryOut(call, work);
  return moment === 'after' ? dieAfter(result) : result;
});
await live(order, {
  onEvents: (events) => {
    writeSync(1, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    trace?.({ op: 'told', events });
  },
});
