import type { LogTail, TailBounds } from '../../../src/logs/tail-lines.ts';
import { tailLines } from '../../../src/logs/tail-lines.ts';
import type { RenderMode } from '../../../src/cli/render/mode.ts';
import type { Output } from '../../../src/cli/render/output.ts';
import type { ProcessSignal, ProcessSignals } from '../../../src/cli/render/process-signals.ts';
import { createRenderer } from '../../../src/cli/render/renderer.ts';
import type { Renderer, RendererOptions } from '../../../src/cli/render/renderer.ts';
import type { PlanSummary, RunEvent } from '../../../src/cli/render/run-event.ts';
import { FakeClock } from './fake-clock.ts';

export const runId = '01JNFZ6T5RXXXXXXXXXXXXXXXX';

/** A plan of steps with these ids. */
export function planOf(stepIds: readonly string[], workflowName = 'release-check'): PlanSummary {
  return { workflowName, runId, totalSteps: stepIds.length, stepIds };
}

/** A process that stops and ends when the test says so. */
class FakeSignals implements ProcessSignals {
  stops = 0;
  readonly #listeners = new Map<ProcessSignal, Set<() => void>>();

  on(signal: ProcessSignal, listener: () => void): void {
    this.#listeners.set(signal, (this.#listeners.get(signal) ?? new Set()).add(listener));
  }

  off(signal: ProcessSignal, listener: () => void): void {
    this.#listeners.get(signal)?.delete(listener);
  }

  stop(): void {
    this.stops += 1;
  }

  send(signal: ProcessSignal): void {
    for (const listener of this.#listeners.get(signal) ?? []) listener();
  }

  get listeners(): number {
    return [...this.#listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
}

/** A renderer with a fake world around it, and short words for the events that an engine would send. */
export class Scene {
  readonly clock = new FakeClock();
  readonly signals = new FakeSignals();
  readonly renderer: Renderer;
  readonly plan: PlanSummary;
  /** The logs of steps, by `STEP.ATTEMPT`. */
  readonly logs = new Map<string, string>();
  /** How often a tail was read. */
  reads = 0;

  constructor(mode: RenderMode, plan: PlanSummary, out: Output, more: Partial<RendererOptions> = {}) {
    this.plan = plan;
    const { clock, signals } = this;
    const readTail = ({ stepId, number }: { stepId: string; number: number }, bounds: TailBounds): LogTail =>
      this.#readTail(`${stepId}.${number}`, bounds);
    this.renderer = createRenderer({ mode, plan, out, color: false, clock, signals, readTail, token: () => 'TOKEN', ...more });
  }

  #readTail(name: string, bounds: TailBounds): LogTail {
    this.reads += 1;
    const bytes = Buffer.from(this.logs.get(name) ?? '');
    const before = Math.max(0, bytes.length - bounds.maxBytes);
    return tailLines(bytes.subarray(before), before, bounds.lines);
  }

  make(kind: string, payload: object): RunEvent {
    return {
      event_id: 'E',
      run_id: this.plan.runId,
      step_attempt_id: null,
      ts: new Date(this.clock.nowMs()).toISOString(),
      kind,
      payload,
    };
  }

  event(kind: string, payload: object = {}): void {
    this.renderer.event(this.make(kind, payload));
  }

  start(): void {
    this.event('run_created', { workflow: this.plan.workflowName, steps: this.plan.totalSteps });
    this.event('run_started', { from: 'pending', to: 'running.active' });
  }

  step(stepId: string, to: string, more: object = {}): void {
    this.event('step_state_changed', { step_id: stepId, from: null, to, ...more });
  }

  attempt(stepId: string, attempt = 1): void {
    this.step(stepId, 'attempting.executing');
    this.event('tool_call_started', { step_id: stepId, attempt, tool_id: 'shell' });
  }

  /** Starts a step and ends it `ms` later. */
  succeed(stepId: string, ms: number): void {
    this.attempt(stepId);
    this.clock.pass(ms);
    this.event('tool_call_completed', { step_id: stepId, attempt: 1, exit_code: 0, duration_ms: ms });
    this.step(stepId, 'succeeded', { attempts: 1, duration_ms: ms });
  }

  fail(stepId: string, exitCode: number, attempts = 1): void {
    const outcome = { kind: 'exitNonZero', exitCode };
    this.event('tool_call_error', { step_id: stepId, attempt: attempts, outcome, exit_code: exitCode, duration_ms: 1500 });
    this.step(stepId, 'failed', { reason: outcome, attempts, duration_ms: 1500 });
  }
}

/** An output that keeps what is written. */
export class Paper implements Output {
  text = '';
  write(text: string): void {
    this.text += text;
  }
}
