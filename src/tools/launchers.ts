import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { launcherProgram } from './launcher-program.ts';
import { encodeRequest, parseAnswer } from './launch-request.ts';
import type { LaunchEnd, LaunchRequest } from './launch-request.ts';
import { findProgram } from './program.ts';

/** A request that a launcher has taken. */
export interface Handed {
  /** Resolves once, and never rejects. */
  readonly end: Promise<LaunchEnd>;
  /** From now on the request does not keep this process from ending; the attempt goes on. */
  readonly forget: () => void;
}

/** A request that is larger goes the other way, where the system says what is too long. */
const largestRequestBytes = 96 << 10;

/** The system call setsid: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux. */
const setsidNumbers: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 112, arm64: 157 };

/** What means something to perl itself, or makes it look for a locale. The tools get these all the same. */
const withheld = /^(PERL|LC_|LANG$|LANGUAGE$)/;

/** How many launchers begin together when all are busy: first one, for most runs have one step at a time, or few. */
const growth = [1, 3, 4, 8] as const;

interface Launcher {
  readonly channel: Socket;
  /** What it began with; not taken again once that is another. */
  readonly ground: Ground;
  /** What to call with the answer; null while it is idle. */
  answer: ((end: LaunchEnd) => void) | null;
}

/** What all launchers of this process have in common. */
interface Ground {
  readonly perl: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What is withheld from them: part of each request. */
  readonly rest: readonly string[];
  /** All of the environment, to notice that it has changed. */
  readonly all: string;
}

let ground: Ground | null | undefined;
let batches = 0;
const idle: Launcher[] = [];

/**
 * Hands an attempt to a launcher: a small process that starts the tool and sees it to its end, also without us. Null, and nothing is done, where
 * that way is not open: no perl, another system than Linux on x64 or arm64, a text with NUL in it, a request that is too large, or `STATEYARD_LAUNCHERS=off`.
 */
export function handOver(request: LaunchRequest): Handed | null {
  const own = currentGround();
  if (own === null) return null;
  const bytes = encodeRequest(request, own.rest);
  if (bytes === null || bytes.length > largestRequestBytes) return null;
  const launcher = idle.pop() ?? begin(own);
  if (launcher === null) return null;
  launcher.channel.ref();
  const end = new Promise<LaunchEnd>((resolve) => (launcher.answer = resolve));
  launcher.channel.write(bytes);
  return { end, forget: () => launcher.channel.unref() };
}

/** Begins the first launcher, where there is none and that way is open: it is ready by the time when the first attempt is. */
export function prepareLaunchers(): void {
  const own = currentGround();
  if (own === null || batches > 0) return;
  const launcher = begin(own);
  if (launcher !== null) idle.push(launcher);
}

function currentGround(): Ground | null {
  if (ground === undefined || (ground !== null && ground.all !== environmentText())) renewGround();
  return ground ?? null;
}

/** A variable that this process has taken back must not reach a tool: launchers that still have it end. */
function renewGround(): void {
  ground = findGround();
  for (const launcher of idle.splice(0)) launcher.channel.end();
}

function environmentText(): string {
  return JSON.stringify(process.env);
}

function findGround(): Ground | null {
  const isKnown = process.platform === 'linux' && setsidNumbers[process.arch] !== undefined;
  if (!isKnown || process.env['STATEYARD_LAUNCHERS'] === 'off') return null;
  const absolute = (process.env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const perl = findProgram('perl', { searchPath: absolute.join(':') || '/nonexistent', cwd: '/' });
  if (perl === null) return null;
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    perl,
    environment: Object.fromEntries(entries.filter(([name]) => !withheld.test(name))),
    rest: entries.filter(([name]) => withheld.test(name)).flat(),
    all: environmentText(),
  };
}

/** Begins some launchers; gives one of them, null when that is not possible. */
function begin(own: Ground): Launcher | null {
  const count = growth[Math.min(batches++, growth.length - 1)] ?? 1;
  const { perl, environment } = own;
  const setsid = setsidNumbers[process.arch] ?? -1;
  const child = spawn(perl, ['-e', launcherProgram, String(count), String(setsid)], {
    cwd: '/',
    env: environment,
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', ...Array.from({ length: count }, () => 'pipe' as const)],
  });
  // What could not be started closes its channels, or had none.
  child.on('error', () => (ground = null));
  child.unref();
  if (child.pid === undefined) return null;
  const launchers = (child.stdio.slice(3) as Socket[]).map((channel) => watch(channel, own));
  const [first = null, ...others] = launchers;
  idle.push(...others);
  return first;
}

function watch(channel: Socket, own: Ground): Launcher {
  const launcher: Launcher = { channel, ground: own, answer: null };
  let answered = false;
  let text = '';
  const settle = (end: LaunchEnd): void => {
    const { answer } = launcher;
    launcher.answer = null;
    answer?.(end);
  };
  channel.setEncoding('latin1');
  channel.unref();
  channel.on('data', (part: string) => {
    text += part;
    if (!text.endsWith('\n')) return;
    const end = parseAnswer(text);
    text = '';
    answered = true;
    channel.unref();
    if (launcher.ground === ground) idle.push(launcher);
    else channel.end();
    settle(end);
  });
  // The close follows.
  channel.on('error', () => undefined);
  channel.on('close', () => {
    const at = idle.indexOf(launcher);
    if (at >= 0) idle.splice(at, 1);
    // One that never answered would do no better another time.
    if (!answered && launcher.answer !== null) ground = null;
    settle({ kind: 'lost' });
  });
  return launcher;
}
