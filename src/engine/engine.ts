import { createActor, type Actor, type AnyActorRef, type InspectionEvent, type SnapshotFrom } from 'xstate';
import { runMachine } from '../../machines/run.ts';
import { describeMeter, exhaustedMeter } from '../../machines/budget.ts';
import type { RunEvent, RunInput } from '../../machines/run-model.ts';
import { stepMachine } from '../../machines/step.ts';
import { approvalDeadlineMs, checkOf, type StepEnd } from '../../machines/step-model.ts';
import { Dispatcher, type RunPosture, type SettledStep, type Stopping } from './dispatcher.ts';
import { planAttempt, planCheck } from './attempt-plan.ts';
import type { EffectHost } from './effect-host.ts';
import { sleepUntil, stepActors } from './effects.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { AttemptPort, AttemptSpec, Clock, Entropy, OutputReader, RoutePort } from './ports.ts';
import { Recorder, type RecordStore } from './recorder.ts';
import { boundCheckOf } from './loaded-run.ts';
import { RunClock } from './run-clock.ts';
import type { RestoredRun } from './restore.ts';
import type { RunRow } from './rows.ts';
import { breakerPayload, iso, statePath, type RunEventRow } from './run-event.ts';
import { applySignal, type Signal, type SignalAnswer } from './signal.ts';
import type { Statement } from '../store/statement.ts';
import { StepLedger, type LedgerSteps } from './step-ledger.ts';

/** The world of one engine. */
export interface EngineWorld {
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly attempts: AttemptPort;
  readonly routes: RoutePort;
  readonly readOutputs: OutputReader;
  /** Every event, in order, once it is synced. */
  readonly onEvents: (events: readonly RunEventRow[]) => void;
}

/** Where a run stands when its engine has nothing left to do: over, or waiting for a person. Everything is synced by then. */
export interface EngineEnd {
  readonly state: 'succeeded' | 'failed' | 'canceled' | 'quarantined' | 'paused' | 'awaiting';
  /** The steps that wait for an answer, where `state` is `awaiting`. */
  readonly awaiting: readonly string[];
  readonly reason: string | null;
  readonly row: RunRow;
}

/** At most this many steps are started in one turn: each spawn copies the children object, so a long turn would cost its square. */
const dispatchesPerTurn = 64;

const lostStep = 'xstate.error.actor.step.';

type RunSnapshot = SnapshotFrom<typeof runMachine>;

/**
 * Drives one run: the run's actor and its steps, the scheduler that says which step is next, and the recorder that puts every
 * transition on disk before its effect. Nothing happens before {@link Engine.start}.
 */
export class Engine {
  /** Resolves at the end of the run or when it waits for a person; rejects when recording failed or a machine broke. */
  readonly finished: Promise<EngineEnd>;
  readonly #run: LoadedRun;
  readonly #world: EngineWorld;
  readonly #restored: RestoredRun | null;
  readonly #dispatcher: Dispatcher;
  readonly #recorder: Recorder;
  readonly #clock: RunClock;
  readonly #host: EffectHost;
  readonly #root: Actor<typeof runMachine>;
  readonly #endedSteps: { end: StepEnd; outputs: SnapshotFrom<typeof stepMachine>['context']['outputs'] }[] = [];
  readonly #heldSteps: string[] = [];
  readonly #refusedTools = new Map<string, string>();
  readonly #recordedBefore: ReadonlySet<string>;
  #held = false;
  /** The run's time was up before this process took it: all that is left is that its timer says so. */
  #overdue = false;
  #openGate: () => void = () => undefined;
  readonly #gate = new Promise<void>((open) => (this.#openGate = open));
  #resolve: (end: EngineEnd) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #over = false;

  /** `row` is the run's record as stored or to be stored; `restored` is what the database held, null for a new run. */
  constructor(run: LoadedRun, row: RunRow, world: EngineWorld, restored: RestoredRun | null) {
    this.#run = run;
    this.#world = world;
    this.#restored = restored;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.finished.catch(() => undefined);
    const after = restored?.after ?? { event: 0, attempt: 0, failures: 0, latestMs: 0 };
    this.#clock = new RunClock(world.clock, Math.max(after.latestMs, Date.parse(row.createdAt)));
    const positionOf = (stepId: string): number => run.plan.indexOf.get(stepId) ?? -1;
    this.#dispatcher = new Dispatcher(run);
    const questionOf = (stepId: string): string => this.#dispatcher.questionOf(stepId);
    const checkOf: LedgerSteps['checkOf'] = (stepId, index) => boundCheckOf(run, stepId, index);
    const ledger = new StepLedger({ runId: run.runId, positionOf, questionOf, checkOf }, world.entropy, after);
    for (const step of restored?.openSteps ?? []) ledger.restore({ ...step });
    this.#recordedBefore = new Set(restored?.openSteps.map((step) => step.attemptId) ?? []);
    if (restored !== null) this.#dispatcher.restore(restored.ended, restored.running);
    this.#recorder = new Recorder(
      {
        store: world.store,
        clock: this.#clock,
        entropy: world.entropy,
        run: row,
        after,
        onTurn: () => this.#turn(),
        onSynced: (events, caughtUp) => this.#synced(events, caughtUp),
        onFailure: (error) => this.#fail(error),
      },
      restored?.runState ?? 'pending',
      ledger,
    );
    this.#host = this.#createHost();
    this.#root = this.#createRoot();
    this.#root.subscribe({ error: (error) => this.#fail(error) });
  }

  /** The recorder's note, for what belongs to the history but to no actor. */
  note(kind: string, payload: Readonly<Record<string, unknown>>): void {
    this.#recorder.note(kind, payload);
  }

  /** Adds statements to the transaction of the current turn. */
  record(statements: readonly Statement[]): void {
    this.#recorder.write(statements);
  }

  /** The run's row as it was last recorded. */
  get row(): RunRow {
    return this.#recorder.run;
  }

  /** How many steps have ended, in any way. */
  get stepsDone(): number {
    const { succeeded, failed, skipped, canceled } = this.#snapshot.context;
    return succeeded + failed + skipped + canceled;
  }

  /** Where the run's chart stands, as a dotted path. */
  get state(): string {
    return statePath(this.#root.getSnapshot().value);
  }

  /** Sets the run going. With `hold` no effect starts and no step is dispatched until {@link Engine.release}. */
  start(options: { readonly hold?: boolean } = {}): void {
    this.#root.start();
    if (this.#restored === null) {
      this.#recorder.note('run_created', { workflow: this.#run.workflow.name, steps: this.#run.plan.ids.length });
      this.#root.send({ type: 'START', nowMs: this.#recorder.nowMs() });
    } else {
      const { deadlineMs } = this.#snapshot.context;
      this.#overdue = deadlineMs !== null && deadlineMs <= this.#recorder.nowMs();
      this.#recorder.note('run_resumed', { state: this.state, running: [...this.#restored.running] });
      if (this.state === 'pending') this.#root.send({ type: 'START', nowMs: this.#recorder.nowMs() });
      for (const [stepId, problem] of this.#restored.broken) this.#reportBroken(stepId, problem);
      if (this.#restored.problem !== null) this.#root.send({ type: 'QUARANTINE', reason: this.#restored.problem });
    }
    this.#held = options.hold === true;
    if (!this.#held) this.#openGate();
    this.#recorder.requestTurn();
  }

  /** Lets the effects of a held start happen, and further steps be dispatched. */
  release(): void {
    this.#held = false;
    this.#openGate();
    this.#recorder.requestTurn();
    void this.#recorder.durable().then(() => this.#concludeIfOver());
  }

  /** Applies a person's command: recorded with its answer in the same transaction as the transition that it causes. Rejects as `finished` does. */
  async apply(signal: Signal): Promise<SignalAnswer> {
    const { answer, statement } = applySignal(this.#root, signal, this.#recorder.nowMs(), this.#objectionTo(signal));
    this.#recorder.write([statement]);
    // `durable` never answers once recording has failed, and then `finished` tells.
    await Promise.race([this.#recorder.durable(), this.finished]);
    return answer;
  }

  /** Everything that has happened so far is on disk. */
  durable(): Promise<void> {
    return this.#recorder.durable();
  }

  /** The run has ended, waits for a person, or its engine has failed or was halted. */
  get isOver(): boolean {
    return this.#over;
  }

  /**
   * Ends this process's part without touching the run's state, and says which attempts may be running. What happened up
   * to now is handed to the store (whose `close` makes it durable); what the actors would do from now on is not recorded.
   */
  halt(): readonly AttemptSpec[] {
    const running = this.#snapshot.context.active.flatMap((stepId) => {
      const snapshot = this.#stepSnapshot(stepId);
      if (snapshot === undefined || !(snapshot.matches('attempting') || snapshot.matches('canceling'))) return [];
      const { context } = snapshot;
      const check = checkOf(context);
      const spec = check === null ? planAttempt(this.#host, context) : planCheck(this.#host, context, check);
      return 'kind' in spec ? [] : [spec];
    });
    this.#over = true;
    this.#recorder.commitNow();
    this.#recorder.close();
    this.#root.stop();
    return running;
  }

  #createRoot(): Actor<typeof runMachine> {
    const host = this.#host;
    const machine = runMachine.provide({
      actors: { step: stepMachine.provide({ actors: stepActors(host) }), sleepUntil: sleepUntil(host) },
    });
    const inspect = (event: InspectionEvent): void => {
      this.#watch(event);
      this.#recorder.inspect(event);
    };
    if (this.#restored !== null)
      return createActor(machine, { id: 'run', inspect, snapshot: this.#restored.tree, input: inputOf(this.#run) });
    return createActor(machine, { id: 'run', inspect, input: inputOf(this.#run) });
  }

  #createHost(): EffectHost {
    const recorder = this.#recorder;
    return {
      run: this.#run,
      results: this.#dispatcher.results,
      clock: this.#clock,
      entropy: this.#world.entropy,
      attempts: this.#world.attempts,
      routes: this.#world.routes,
      readOutputs: this.#world.readOutputs,
      mayStart: () => this.#mayStart(),
      attemptIdOf: (stepId) => recorder.attemptIdOf(stepId),
      toolAttemptIdOf: (stepId) => recorder.toolAttemptIdOf(stepId),
      attemptStartedAtMsOf: (stepId) => recorder.attemptStartedAtMsOf(stepId),
      wasRecordedBefore: (attemptId) => this.#recordedBefore.has(attemptId),
      requestOf: (stepId) => {
        const context = this.#stepSnapshot(stepId)?.context;
        return { requestId: context?.requestId ?? '', requestedAtMs: context?.dispatchedAtMs ?? 0 };
      },
      grantCall: (call) => {
        const granted = this.#sendIf({ type: 'CALL', ...call });
        if (!granted) this.#refusedTools.set(call.stepId, call.toolId);
        return granted;
      },
      spend: (stepId, spending) => void this.#sendIf({ type: 'SPEND', stepId, ...spending }),
      noteBreakers: (changes) => {
        for (const change of changes) recorder.note('breaker_changed', breakerPayload(change));
      },
      fail: (error) => recorder.fail(error),
      onUndeclared: (stepId, names) =>
        recorder.note('note', { step_id: stepId, text: `wrote outputs that it does not declare: ${names.join(', ')}` }),
    };
  }

  /** Sends an event where the run's chart takes it. With a run that spends nothing its meters need no word of it. */
  #sendIf(event: Extract<RunEvent, { type: 'CALL' | 'SPEND' }>): boolean {
    const snapshot = this.#snapshot;
    if (this.#over || snapshot.context.meters.length === 0) return true;
    if (!snapshot.can(event)) return false;
    this.#send(event);
    return true;
  }

  /** Notes the ends of steps for the scheduler, in the turn in which they happen. */
  #watch(event: InspectionEvent): void {
    if (event.type !== '@xstate.microstep') return;
    const { event: cause } = event;
    const actorRef = event.actorRef as AnyActorRef;
    if (actorRef.id === 'run' && cause.type.startsWith(lostStep)) {
      this.#endedSteps.push({ end: { stepId: cause.type.slice(lostStep.length), end: 'failed', tolerated: false }, outputs: {} });
    }
    if (!actorRef.id.startsWith('step.')) return;
    const snapshot = event.snapshot as SnapshotFrom<typeof stepMachine>;
    if (snapshot.value === 'held' && cause.type === 'xstate.done.actor.route') this.#heldSteps.push(snapshot.context.stepId);
    if (snapshot.status === 'done' && snapshot.output !== undefined) {
      this.#endedSteps.push({ end: snapshot.output, outputs: snapshot.context.outputs });
    }
  }

  async #mayStart(): Promise<void> {
    await this.#gate;
    await this.#recorder.durable();
  }

  /** The end of a synchronous turn: tells the scheduler what ended, settles and dispatches what it gives, all in one transaction. */
  #turn(): void {
    // A step can end in the moment in which it is dispatched or held, and nothing else may call for a turn any more.
    do {
      this.#noteEnds();
      if (this.#over || this.#snapshot.value === 'pending') return;
      for (const stepId of this.#heldSteps.splice(0)) this.#send({ type: 'HOLD', stepId, reason: this.#exhausted(stepId) });
      this.#settle();
      if (!this.#awaitsTimeout) this.#dispatchReady();
    } while (this.#endedSteps.length > 0);
  }

  #noteEnds(): void {
    for (const { end, outputs } of this.#endedSteps.splice(0)) {
      // XState shows an event once more for each eventless transition that follows it.
      if (this.#dispatcher.results[end.stepId] !== undefined) continue;
      this.#dispatcher.ended(end.stepId, end.end, outputs);
      if (this.#run.routing.tasks.has(end.stepId)) this.#releaseTool(end.stepId);
    }
  }

  /** A step that was canceled in the moment in which its tool was picked never heard of what is held for it. */
  #releaseTool(stepId: string): void {
    const step = { runId: this.#run.runId, stepId };
    this.#world.routes.release(step).catch((error: unknown) => this.#recorder.fail(error));
  }

  #dispatchReady(): void {
    let left = dispatchesPerTurn;
    while (!this.#held && left-- > 0 && this.#dispatchOne());
    if (left < 0) this.#recorder.requestTurn();
    else if (this.#endedSteps.length === 0 && !this.#dispatcher.hasReady && this.#snapshot.can({ type: 'IDLE' }))
      this.#send({ type: 'IDLE' });
  }

  /** Which budget holds a step, in words. */
  #exhausted(stepId: string): string {
    const meter = exhaustedMeter(this.#snapshot.context.meters, this.#refusedTools.get(stepId) ?? '');
    return meter === null ? 'a budget is used up' : describeMeter(meter);
  }

  #settle(): void {
    const settled = this.#dispatcher.settle(this.#posture());
    if (settled.length === 0) return;
    for (const { stepId, end, reason } of settled) this.#recorder.settleWaiting(stepId, end, reason);
    const count = (end: SettledStep['end']): number => settled.filter((step) => step.end === end).length;
    this.#send({ type: 'SETTLE', skipped: count('skipped'), canceled: count('canceled') });
  }

  #dispatchOne(): boolean {
    const types = { slot: 'DISPATCH', person: 'ASK' } as const;
    const next = this.#dispatcher.take((needs) => this.#snapshot.can({ type: types[needs] } as RunEvent));
    if (next === undefined) return false;
    const { stepId, needs } = next;
    this.#send({ type: types[needs], stepId, input: this.#dispatcher.inputOf(stepId, this.#recorder.nowMs()) });
    return true;
  }

  #send(event: RunEvent): void {
    this.#root.send(event);
  }

  get #snapshot(): RunSnapshot {
    return this.#root.getSnapshot();
  }

  /** The run's timer is about to stop the run: what it would start until then would be stopped at once. */
  get #awaitsTimeout(): boolean {
    const snapshot = this.#snapshot;
    return this.#overdue && !snapshot.hasTag('stopping') && !snapshot.hasTag('ended');
  }

  /** An answer that was given after the time for it, while no process was there to let the default count. */
  #objectionTo({ stepId, receivedAtMs }: Signal): string | null {
    const context = !this.#held || stepId === null ? undefined : this.#stepSnapshot(stepId)?.context;
    const answerByMs = context === undefined ? null : approvalDeadlineMs(context);
    if (answerByMs === null || receivedAtMs < answerByMs) return null;
    return `step ${String(stepId)} waited for an answer until ${iso(answerByMs)}: its default counts now (${String(context?.approval?.byDefault)})`;
  }

  #posture(): RunPosture {
    const snapshot = this.#snapshot;
    const stopping: Stopping =
      snapshot.hasTag('abandoning') || snapshot.hasTag('ended') ? 'all' : snapshot.hasTag('stopping') ? 'cleanup' : 'no';
    return { stopping, canceling: snapshot.matches({ running: 'canceling' }), reason: snapshot.context.reason };
  }

  #stepSnapshot(stepId: string): SnapshotFrom<typeof stepMachine> | undefined {
    const children = this.#snapshot.children as Record<string, { getSnapshot(): unknown } | undefined>;
    return children[`step.${stepId}`]?.getSnapshot() as SnapshotFrom<typeof stepMachine> | undefined;
  }

  /** A step whose snapshot cannot be trusted ends as if its machine had broken: the chart quarantines the run. */
  #reportBroken(stepId: string, problem: string): void {
    const event = { type: `${lostStep}${stepId}`, actorId: `step.${stepId}`, error: problem };
    this.#root.send(event as unknown as RunEvent);
  }

  #synced(events: readonly RunEventRow[], caughtUp: boolean): void {
    if (events.length > 0) this.#world.onEvents(events);
    if (caughtUp) this.#concludeIfOver();
  }

  #concludeIfOver(): void {
    const snapshot = this.#snapshot;
    const waits = snapshot.hasTag('waitsForPerson');
    if (this.#over || this.#held || this.#awaitsTimeout || (!waits && !snapshot.hasTag('ended'))) return;
    // A command may have ended the run since: its record is on the way, and says so again.
    if (!this.#recorder.isCaughtUp) return;
    this.#over = true;
    const row = this.#recorder.run;
    const waiting = snapshot.matches({ running: 'awaitingPerson' }) ? 'awaiting' : 'paused';
    const awaiting = snapshot.context.awaiting.map((step) => step.stepId);
    this.#resolve({ state: waits ? waiting : (row.state as EngineEnd['state']), awaiting, reason: row.stateReason, row });
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#recorder.close();
    this.#reject(error);
  }
}

function inputOf(run: LoadedRun): RunInput {
  return {
    runId: run.runId,
    total: run.plan.ids.length,
    maxParallel: run.maxParallel,
    onFailure: run.workflow.onFailure,
    timeoutMs: run.workflow.timeoutMs,
    meters: run.routing.meters,
  };
}
