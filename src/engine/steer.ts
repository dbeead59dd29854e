import { join } from 'node:path';
import type { RunId } from '../../schemas/ids.ts';
import { UserError } from '../errors.ts';
import { isOwned } from '../store/owner-lock.ts';
import { openReader, type StoreReader } from '../store/reader.ts';
import { removeSignal, sendSignal } from './inbox.ts';
import type { Clock } from './ports.ts';
import { reopenSession } from './open-session.ts';
import type { SessionWorld } from './session.ts';
import type { Signal, SignalAnswer } from './signal.ts';

/** What came of steering a run, and where its chart stands now, as a dotted path. */
export interface Steered {
  readonly answer: SignalAnswer;
  readonly state: string;
}

const pollMs = 50;

/**
 * Gives a command to a run. While another process is running it, the command goes through its inbox and the answer is read from
 * the store, so it has been recorded; with no such process this one takes the run, applies the command and, where the
 * command stops steps, carries the run to its end. Refusals are answers; UserError `run_ended` (exit 7) for a run that is over.
 */
export async function steerRun(runId: RunId, signal: Signal, world: SessionWorld): Promise<Steered> {
  const { folder, inbox } = world.layout.run(runId);
  let sent = false;
  for (;;) {
    if (await isOwned(folder)) {
      await sendSignal(inbox, signal);
      const answer = await awaitAnswer(folder, signal.id, world.clock);
      if (answer !== null) return { answer, state: answer.to };
      sent = true;
      continue;
    }
    try {
      return await steerAlone(runId, signal, world);
    } catch (error) {
      if (error instanceof UserError && error.code === 'run_owned') continue;
      if (sent) await removeSignal(inbox, signal.id);
      // The run may have been taken up and ended in between, by a process that found the command in the inbox.
      const answer = sent ? await recordedAnswer(folder, signal.id) : null;
      if (answer !== null) return { answer, state: answer.to };
      throw error;
    }
  }
}

async function steerAlone(runId: RunId, signal: Signal, world: SessionWorld): Promise<Steered> {
  const session = await reopenSession(runId, world, { failedToo: signal.command === 'quarantine', toSteer: true });
  await removeSignal(join(session.run.folder, 'inbox'), signal.id);
  const stops = signal.command === 'cancel' || signal.command === 'quarantine';
  const answer = await (stops ? session.applyAndCarryOn(signal) : session.applyOnly(signal));
  return { answer, state: session.state };
}

/** The recorded answer to a signal; null when the run's owner has gone without one. */
async function awaitAnswer(folder: string, id: string, clock: Clock): Promise<SignalAnswer | null> {
  const reader = await openReader({ folder, name: 'run' });
  try {
    for (;;) {
      const owned = await isOwned(folder);
      await reader.refresh();
      const answer = answerOf(reader, id);
      if (answer !== null || !owned) return answer;
      await new Promise<void>((resolve) => clock.schedule(pollMs, resolve));
    }
  } finally {
    reader.close();
  }
}

async function recordedAnswer(folder: string, id: string): Promise<SignalAnswer | null> {
  const reader = await openReader({ folder, name: 'run' });
  try {
    return answerOf(reader, id);
  } finally {
    reader.close();
  }
}

function answerOf(reader: StoreReader, id: string): SignalAnswer | null {
  const [row] = reader.query('select answer from signals where signal_id = ?', id);
  return row === undefined ? null : (JSON.parse(String(row['answer'])) as SignalAnswer);
}
