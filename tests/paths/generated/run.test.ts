import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { createActor, fromCallback, SimulatedClock } from 'xstate';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { runMachine } from '../../../machines/run.ts';

// Written by stateyard generate-tests; what is changed here by hand is lost when it is written anew.
// Paths: 15. They meet 114 of 114 aims: that each transition is taken, and each guard says yes and no.

const paths: readonly Path[] = [
  {
    name: '1: start, START, DISPATCH, SETTLE, PAUSE, xstate.done.actor.step.a',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        children: ['deadline'],
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'a',
          input: {
            stepId: 'a',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running DISPATCH 0'],
        value: { running: 'active' },
        context: { active: ['a'], waiting: 1 },
        children: ['deadline', 'step.a'],
      },
      {
        send: { type: 'SETTLE', skipped: 1, canceled: 0 },
        takes: ['run.running SETTLE 0'],
        value: { running: 'active' },
        context: { waiting: 0, skipped: 1 },
      },
      {
        send: { type: 'PAUSE', reason: 'asked' },
        takes: ['run.running.active PAUSE 0'],
        value: { running: 'pausing' },
        context: { reason: 'asked' },
      },
      {
        send: {
          type: 'xstate.done.actor.step.a',
          actorId: 'step.a',
          output: { stepId: 'a', end: 'succeeded', tolerated: false },
        },
        takes: ['run.running xstate.done.actor.step.* 2', 'run.running.pausing  0'],
        value: 'succeeded',
        status: 'done',
        context: { active: [], succeeded: 1 },
        children: [],
      },
    ],
  },
  {
    name: '2: start, START, ASK, IDLE, PAUSE, CANCEL, CANCEL, and 12 more',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        children: ['deadline'],
      },
      {
        send: {
          type: 'ASK',
          stepId: 'a',
          input: {
            stepId: 'a',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: { timeoutMs: null, byDefault: 'reject' },
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running ASK 0'],
        value: { running: 'active' },
        context: { awaiting: [{ stepId: 'a', timed: false }], waiting: 1 },
        children: ['deadline', 'step.a'],
      },
      {
        send: { type: 'IDLE' },
        takes: ['run.running.active IDLE 0'],
        value: { running: 'awaitingPerson' },
      },
      {
        send: { type: 'PAUSE', reason: 'asked' },
        takes: ['run.running.awaitingPerson PAUSE 0', 'run.running.pausing  2'],
        value: { running: 'paused' },
        context: { reason: 'asked' },
      },
      {
        send: { type: 'CANCEL', reason: 'asked' },
        takes: ['run.running CANCEL 0'],
        value: { running: 'canceling' },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
      {
        send: { type: 'CANCEL', reason: 'asked' },
        takes: ['run.running.canceling CANCEL 0'],
        value: { running: 'aborting' },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
      {
        send: { type: 'QUARANTINE', reason: 'asked' },
        takes: ['run.running QUARANTINE 0'],
        value: { running: 'quarantining' },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
      {
        send: { type: 'ANSWER', stepId: 'a', approved: true, comment: null },
        takes: ['run.running ANSWER 0'],
        value: { running: 'quarantining' },
        heard: [
          {
            to: 'step.a',
            event: { type: 'APPROVE', comment: null },
          },
        ],
      },
      {
        send: { type: 'HOLD', stepId: 'nobody', reason: 'the budget of 1 call is used up' },
        value: { running: 'quarantining' },
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'b',
          input: {
            stepId: 'b',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running.quarantining DISPATCH 0'],
        value: { running: 'quarantining' },
      },
      {
        send: { type: 'SETTLE', skipped: 1, canceled: 1 },
        value: { running: 'quarantining' },
      },
      {
        send: { type: 'CANCEL', reason: 'asked' },
        takes: ['run.running.quarantining CANCEL 0'],
        value: { running: 'quarantining' },
      },
      {
        send: { type: 'QUARANTINE', reason: 'asked' },
        takes: ['run.running.quarantining QUARANTINE 0'],
        value: { running: 'quarantining' },
      },
      {
        send: {
          type: 'ASK',
          stepId: 'b',
          input: {
            stepId: 'b',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: { timeoutMs: null, byDefault: 'reject' },
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running.quarantining ASK 0'],
        value: { running: 'quarantining' },
      },
      {
        send: { type: 'ANSWER', stepId: 'nobody', approved: true, comment: null },
        value: { running: 'quarantining' },
      },
      {
        send: { type: 'xstate.error.actor.deadline', actorId: 'deadline', error: 'it broke' },
        takes: ['run.running xstate.error.actor.deadline 0'],
        value: { running: 'quarantining' },
        context: { reason: "the run's timer is broken: it broke" },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: "the run's timer is broken: it broke" },
          },
        ],
      },
      {
        send: {
          type: 'xstate.done.actor.step.a',
          actorId: 'step.a',
          output: { stepId: 'a', end: 'succeeded', tolerated: false },
        },
        takes: ['run.running.quarantining xstate.done.actor.step.* 0'],
        value: { running: 'quarantining' },
        context: { awaiting: [], succeeded: 1 },
        children: ['deadline'],
      },
      {
        send: { type: 'SETTLE', skipped: 1, canceled: 0 },
        takes: ['run.running SETTLE 0', 'run.running.quarantining  0'],
        value: 'quarantined',
        status: 'done',
        context: { waiting: 0, skipped: 1 },
        children: [],
      },
    ],
  },
  {
    name: '3: start, START, DISPATCH, SETTLE, xstate.done.actor.step.a, QUARANTINE',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'fail_fast', timeoutMs: 1000, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'fail_fast',
          timeoutMs: 1000,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        context: { deadlineMs: 2000 },
        children: ['deadline'],
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'a',
          input: {
            stepId: 'a',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running DISPATCH 0'],
        value: { running: 'active' },
        context: { active: ['a'], waiting: 1 },
        children: ['deadline', 'step.a'],
      },
      {
        send: { type: 'SETTLE', skipped: 1, canceled: 0 },
        takes: ['run.running SETTLE 0'],
        value: { running: 'active' },
        context: { waiting: 0, skipped: 1 },
      },
      {
        send: {
          type: 'xstate.done.actor.step.a',
          actorId: 'step.a',
          output: { stepId: 'a', end: 'failed', tolerated: false },
        },
        takes: ['run.running xstate.done.actor.step.* 0', 'run.running.draining  0'],
        value: 'failed',
        context: { active: [], failed: 1, reason: 'step a failed' },
        children: [],
      },
      {
        send: { type: 'QUARANTINE', reason: 'asked' },
        takes: ['run.failed QUARANTINE 0'],
        value: 'quarantined',
        status: 'done',
        context: { reason: 'asked' },
      },
    ],
  },
  {
    name: '4: start, START, DISPATCH, xstate.done.actor.deadline, HOLD, HOLD, xstate.done.actor.deadline, and 16 more',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'fail_fast', timeoutMs: 1000, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'fail_fast',
          timeoutMs: 1000,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        context: { deadlineMs: 2000 },
        children: ['deadline'],
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'a',
          input: {
            stepId: 'a',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running DISPATCH 0'],
        value: { running: 'active' },
        context: { active: ['a'], waiting: 1 },
        children: ['deadline', 'step.a'],
      },
      {
        send: { type: 'xstate.done.actor.deadline' },
        takes: ['run.running xstate.done.actor.deadline 0'],
        value: { running: 'draining' },
        context: { reason: "the run's timeout of 1000 ms has passed" },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: "the run's timeout of 1000 ms has passed" },
          },
        ],
      },
      {
        send: { type: 'HOLD', stepId: 'a', reason: 'the budget of 1 call is used up' },
        takes: ['run.running.draining HOLD 0'],
        value: { running: 'draining' },
        context: { active: [], held: ['a'] },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: "the run's timeout of 1000 ms has passed" },
          },
        ],
      },
      {
        send: { type: 'HOLD', stepId: 'nobody', reason: 'the budget of 1 call is used up' },
        value: { running: 'draining' },
      },
      {
        send: { type: 'xstate.done.actor.deadline' },
        takes: ['run.running.draining xstate.done.actor.deadline 0'],
        value: { running: 'draining' },
      },
      {
        send: {
          type: 'xstate.done.actor.step.a',
          actorId: 'step.a',
          output: { stepId: 'a', end: 'canceled', tolerated: false },
        },
        takes: ['run.running.draining xstate.done.actor.step.* 0'],
        value: { running: 'draining' },
        context: { held: [], canceled: 1 },
        children: ['deadline'],
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'a',
          input: {
            stepId: 'a',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running DISPATCH 0'],
        value: { running: 'draining' },
        context: { active: ['a'], waiting: 0 },
        children: ['deadline', 'step.a'],
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'b',
          input: {
            stepId: 'b',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        value: { running: 'draining' },
      },
      {
        send: {
          type: 'ASK',
          stepId: 'b',
          input: {
            stepId: 'b',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: { timeoutMs: null, byDefault: 'reject' },
            checks: [],
            obstacle: null,
          },
        },
        value: { running: 'draining' },
      },
      {
        send: { type: 'CANCEL', reason: 'asked' },
        takes: ['run.running CANCEL 0'],
        value: { running: 'canceling' },
        context: { reason: 'asked' },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
      {
        send: { type: 'HOLD', stepId: 'a', reason: 'the budget of 1 call is used up' },
        takes: ['run.running.canceling HOLD 0'],
        value: { running: 'canceling' },
        context: { active: [], held: ['a'] },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
      {
        send: { type: 'HOLD', stepId: 'nobody', reason: 'the budget of 1 call is used up' },
        value: { running: 'canceling' },
      },
      {
        send: { type: 'xstate.done.actor.deadline' },
        takes: ['run.running.canceling xstate.done.actor.deadline 0'],
        value: { running: 'aborting' },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'b',
          input: {
            stepId: 'b',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running.aborting DISPATCH 0'],
        value: { running: 'aborting' },
      },
      {
        send: { type: 'CANCEL', reason: 'asked' },
        takes: ['run.running.aborting CANCEL 0'],
        value: { running: 'aborting' },
      },
      {
        send: {
          type: 'ASK',
          stepId: 'b',
          input: {
            stepId: 'b',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: { timeoutMs: null, byDefault: 'reject' },
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running.aborting ASK 0'],
        value: { running: 'aborting' },
      },
      {
        send: { type: 'HOLD', stepId: 'nobody', reason: 'the budget of 1 call is used up' },
        value: { running: 'aborting' },
      },
      {
        send: { type: 'xstate.done.actor.deadline' },
        takes: ['run.running.aborting xstate.done.actor.deadline 0'],
        value: { running: 'aborting' },
      },
      {
        send: { type: 'QUARANTINE', reason: 'asked' },
        takes: ['run.running QUARANTINE 0'],
        value: { running: 'quarantining' },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
      {
        send: { type: 'xstate.done.actor.deadline' },
        takes: ['run.running.quarantining xstate.done.actor.deadline 0'],
        value: { running: 'quarantining' },
      },
      {
        send: { type: 'xstate.error.actor.step.a', actorId: 'step.a', error: 'it broke' },
        takes: ['run.running.quarantining xstate.error.actor.step.* 0', 'run.running.quarantining  0'],
        value: 'quarantined',
        status: 'done',
        context: { held: [], failed: 1 },
        children: [],
      },
    ],
  },
  {
    name: '5: start, START, DISPATCH, SETTLE, xstate.done.actor.step.a',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'escalate', timeoutMs: 1000, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'escalate',
          timeoutMs: 1000,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        context: { deadlineMs: 2000 },
        children: ['deadline'],
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'a',
          input: {
            stepId: 'a',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running DISPATCH 0'],
        value: { running: 'active' },
        context: { active: ['a'], waiting: 1 },
        children: ['deadline', 'step.a'],
      },
      {
        send: { type: 'SETTLE', skipped: 1, canceled: 0 },
        takes: ['run.running SETTLE 0'],
        value: { running: 'active' },
        context: { waiting: 0, skipped: 1 },
      },
      {
        send: {
          type: 'xstate.done.actor.step.a',
          actorId: 'step.a',
          output: { stepId: 'a', end: 'failed', tolerated: false },
        },
        takes: ['run.running xstate.done.actor.step.* 1', 'run.running.pausing  1'],
        value: 'failed',
        context: { active: [], failed: 1, reason: 'step a failed' },
        children: [],
      },
    ],
  },
  {
    name: '6: start, START, DISPATCH, CALL, SPEND, HOLD, DISPATCH, and 4 more',
    input: {
      runId: 'run',
      total: 2,
      maxParallel: 2,
      onFailure: 'continue',
      timeoutMs: null,
      meters: [{ toolId: null, unit: 'calls', limit: 1, allowed: 1, used: 0 }],
    },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [{ toolId: null, unit: 'calls', limit: 1, allowed: 1, used: 0 }],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        children: ['deadline'],
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'a',
          input: {
            stepId: 'a',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running DISPATCH 0'],
        value: { running: 'active' },
        context: { active: ['a'], waiting: 1 },
        children: ['deadline', 'step.a'],
      },
      {
        send: { type: 'CALL', stepId: 'a', toolId: 'claude' },
        takes: ['run.running CALL 0'],
        value: { running: 'active' },
        context: {
          meters: [{ toolId: null, unit: 'calls', limit: 1, allowed: 1, used: 1 }],
          grants: [{ stepId: 'a', toolId: 'claude' }],
        },
      },
      {
        send: { type: 'SPEND', stepId: 'a', toolId: 'claude', minutes: 1, cost: 0 },
        takes: ['run.running SPEND 0'],
        value: { running: 'active' },
        context: { grants: [] },
      },
      {
        send: { type: 'HOLD', stepId: 'a', reason: 'the budget of 1 call is used up' },
        takes: ['run.running HOLD 0', 'run.running.pausing  2'],
        value: { running: 'paused' },
        context: { active: [], held: ['a'], reason: 'the budget of 1 call is used up' },
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'b',
          input: {
            stepId: 'b',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running.paused DISPATCH 0'],
        value: { running: 'paused' },
      },
      {
        send: { type: 'UNPAUSE', nowMs: 2000 },
        takes: ['run.running.paused UNPAUSE 0'],
        value: { running: 'active' },
        context: {
          active: ['a'],
          held: [],
          meters: [{ toolId: null, unit: 'calls', limit: 1, allowed: 2, used: 1 }],
          reason: null,
        },
        heard: [
          {
            to: 'step.a',
            event: { type: 'PROCEED', nowMs: 2000 },
          },
        ],
      },
      {
        send: { type: 'CALL', stepId: 'nobody', toolId: 'claude' },
        value: { running: 'active' },
      },
      {
        send: { type: 'SPEND', stepId: 'nobody', toolId: 'claude', minutes: 1, cost: 0 },
        value: { running: 'active' },
      },
      {
        send: { type: 'xstate.error.actor.step.a', actorId: 'step.a', error: 'it broke' },
        takes: ['run.running xstate.error.actor.step.* 0'],
        value: { running: 'quarantining' },
        context: { active: [], failed: 1, reason: 'step.a is broken: it broke' },
        children: ['deadline'],
      },
    ],
  },
  {
    name: '7: start, START, SETTLE, SETTLE',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        children: ['deadline'],
      },
      {
        send: { type: 'SETTLE', skipped: 1, canceled: 0 },
        takes: ['run.running SETTLE 0'],
        value: { running: 'active' },
        context: { waiting: 1, skipped: 1 },
      },
      {
        send: { type: 'SETTLE', skipped: 0, canceled: 1 },
        takes: ['run.running SETTLE 0', 'run.running.active  1'],
        value: 'failed',
        context: { waiting: 0, canceled: 1, reason: '0 steps failed' },
        children: [],
      },
    ],
  },
  {
    name: '8: start, START, DISPATCH, QUARANTINE, HOLD',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        children: ['deadline'],
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'a',
          input: {
            stepId: 'a',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running DISPATCH 0'],
        value: { running: 'active' },
        context: { active: ['a'], waiting: 1 },
        children: ['deadline', 'step.a'],
      },
      {
        send: { type: 'QUARANTINE', reason: 'asked' },
        takes: ['run.running QUARANTINE 0'],
        value: { running: 'quarantining' },
        context: { reason: 'asked' },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
      {
        send: { type: 'HOLD', stepId: 'a', reason: 'the budget of 1 call is used up' },
        takes: ['run.running.quarantining HOLD 0'],
        value: { running: 'quarantining' },
        context: { active: [], held: ['a'] },
        heard: [
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
    ],
  },
  {
    name: '9: start, START, SETTLE, PAUSE, SETTLE',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        children: ['deadline'],
      },
      {
        send: { type: 'SETTLE', skipped: 1, canceled: 0 },
        takes: ['run.running SETTLE 0'],
        value: { running: 'active' },
        context: { waiting: 1, skipped: 1 },
      },
      {
        send: { type: 'PAUSE', reason: 'asked' },
        takes: ['run.running.active PAUSE 0', 'run.running.pausing  2'],
        value: { running: 'paused' },
        context: { reason: 'asked' },
      },
      {
        send: { type: 'SETTLE', skipped: 0, canceled: 1 },
        takes: ['run.running SETTLE 0', 'run.running.paused  1'],
        value: 'failed',
        context: { waiting: 0, canceled: 1 },
        children: [],
      },
    ],
  },
  {
    name: '10: start, START, ASK, IDLE, ANSWER, DISPATCH, IDLE, and 10 more',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        children: ['deadline'],
      },
      {
        send: {
          type: 'ASK',
          stepId: 'a',
          input: {
            stepId: 'a',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: { timeoutMs: null, byDefault: 'reject' },
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running ASK 0'],
        value: { running: 'active' },
        context: { awaiting: [{ stepId: 'a', timed: false }], waiting: 1 },
        children: ['deadline', 'step.a'],
      },
      {
        send: { type: 'IDLE' },
        takes: ['run.running.active IDLE 0'],
        value: { running: 'awaitingPerson' },
      },
      {
        send: { type: 'ANSWER', stepId: 'a', approved: true, comment: null },
        takes: ['run.running.awaitingPerson ANSWER 0'],
        value: { running: 'active' },
        heard: [
          {
            to: 'step.a',
            event: { type: 'APPROVE', comment: null },
          },
        ],
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'b',
          input: {
            stepId: 'b',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running DISPATCH 0'],
        value: { running: 'active' },
        context: { active: ['b'], waiting: 0 },
        children: ['deadline', 'step.a', 'step.b'],
      },
      {
        send: { type: 'IDLE' },
        value: { running: 'active' },
      },
      {
        send: { type: 'PAUSE', reason: 'asked' },
        takes: ['run.running.active PAUSE 0'],
        value: { running: 'pausing' },
        context: { reason: 'asked' },
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'c',
          input: {
            stepId: 'c',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running.pausing DISPATCH 0'],
        value: { running: 'pausing' },
      },
      {
        send: { type: 'UNPAUSE', nowMs: 2000 },
        takes: ['run.running.pausing UNPAUSE 0'],
        value: { running: 'active' },
        context: { reason: null },
      },
      {
        send: { type: 'PAUSE', reason: 'asked' },
        takes: ['run.running.active PAUSE 0'],
        value: { running: 'pausing' },
        context: { reason: 'asked' },
      },
      {
        send: {
          type: 'ASK',
          stepId: 'c',
          input: {
            stepId: 'c',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: { timeoutMs: null, byDefault: 'reject' },
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running.pausing ASK 0'],
        value: { running: 'pausing' },
      },
      {
        send: { type: 'CANCEL', reason: 'asked' },
        takes: ['run.running CANCEL 0'],
        value: { running: 'canceling' },
        heard: [
          {
            to: 'step.b',
            event: { type: 'CANCEL', reason: 'asked' },
          },
          {
            to: 'step.a',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
      {
        send: {
          type: 'xstate.done.actor.step.a',
          actorId: 'step.a',
          output: { stepId: 'a', end: 'succeeded', tolerated: false },
        },
        takes: ['run.running.canceling xstate.done.actor.step.* 0'],
        value: { running: 'canceling' },
        context: { awaiting: [], succeeded: 1 },
        children: ['deadline', 'step.b'],
      },
      {
        send: { type: 'CANCEL', reason: 'asked' },
        takes: ['run.running.canceling CANCEL 0'],
        value: { running: 'aborting' },
        heard: [
          {
            to: 'step.b',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
      {
        send: { type: 'HOLD', stepId: 'b', reason: 'the budget of 1 call is used up' },
        takes: ['run.running.aborting HOLD 0'],
        value: { running: 'aborting' },
        context: { active: [], held: ['b'] },
        heard: [
          {
            to: 'step.b',
            event: { type: 'CANCEL', reason: 'asked' },
          },
        ],
      },
      {
        send: {
          type: 'xstate.done.actor.step.b',
          actorId: 'step.b',
          output: { stepId: 'b', end: 'canceled', tolerated: false },
        },
        takes: ['run.running.aborting xstate.done.actor.step.* 0', 'run.running.aborting  0'],
        value: 'canceled',
        status: 'done',
        context: { held: [], canceled: 1 },
        children: [],
      },
    ],
  },
  {
    name: '11: start, START',
    input: { runId: 'run', total: 0, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 0,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 0,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0', 'run.running.active  0'],
        value: 'succeeded',
        status: 'done',
      },
    ],
  },
  {
    name: '12: start, START, SETTLE, PAUSE, SETTLE',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        children: ['deadline'],
      },
      {
        send: { type: 'SETTLE', skipped: 1, canceled: 0 },
        takes: ['run.running SETTLE 0'],
        value: { running: 'active' },
        context: { waiting: 1, skipped: 1 },
      },
      {
        send: { type: 'PAUSE', reason: 'asked' },
        takes: ['run.running.active PAUSE 0', 'run.running.pausing  2'],
        value: { running: 'paused' },
        context: { reason: 'asked' },
      },
      {
        send: { type: 'SETTLE', skipped: 1, canceled: 0 },
        takes: ['run.running SETTLE 0', 'run.running.paused  0'],
        value: 'succeeded',
        status: 'done',
        context: { waiting: 0, skipped: 2 },
        children: [],
      },
    ],
  },
  {
    name: '13: start, START, SETTLE, CANCEL, SETTLE',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        children: ['deadline'],
      },
      {
        send: { type: 'SETTLE', skipped: 1, canceled: 0 },
        takes: ['run.running SETTLE 0'],
        value: { running: 'active' },
        context: { waiting: 1, skipped: 1 },
      },
      {
        send: { type: 'CANCEL', reason: 'asked' },
        takes: ['run.running CANCEL 0'],
        value: { running: 'canceling' },
        context: { reason: 'asked' },
      },
      {
        send: { type: 'SETTLE', skipped: 1, canceled: 0 },
        takes: ['run.running SETTLE 0', 'run.running.canceling  0'],
        value: 'canceled',
        status: 'done',
        context: { waiting: 0, skipped: 2 },
        children: [],
      },
    ],
  },
  {
    name: '14: start, START, PAUSE, ASK, UNPAUSE, ASK, IDLE, and 3 more',
    input: { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 2,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 2,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'START', nowMs: 1000 },
        takes: ['run.pending START 0'],
        value: { running: 'active' },
        children: ['deadline'],
      },
      {
        send: { type: 'PAUSE', reason: 'asked' },
        takes: ['run.running.active PAUSE 0', 'run.running.pausing  2'],
        value: { running: 'paused' },
        context: { reason: 'asked' },
      },
      {
        send: {
          type: 'ASK',
          stepId: 'a',
          input: {
            stepId: 'a',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: { timeoutMs: null, byDefault: 'reject' },
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running.paused ASK 0'],
        value: { running: 'paused' },
      },
      {
        send: { type: 'UNPAUSE', nowMs: 2000 },
        takes: ['run.running.paused UNPAUSE 0'],
        value: { running: 'active' },
        context: { reason: null },
      },
      {
        send: {
          type: 'ASK',
          stepId: 'a',
          input: {
            stepId: 'a',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: { timeoutMs: null, byDefault: 'reject' },
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running ASK 0'],
        value: { running: 'active' },
        context: { awaiting: [{ stepId: 'a', timed: false }], waiting: 1 },
        children: ['deadline', 'step.a'],
      },
      {
        send: { type: 'IDLE' },
        takes: ['run.running.active IDLE 0'],
        value: { running: 'awaitingPerson' },
      },
      {
        send: {
          type: 'DISPATCH',
          stepId: 'b',
          input: {
            stepId: 'b',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: null,
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running.awaitingPerson DISPATCH 0'],
        value: { running: 'awaitingPerson' },
      },
      {
        send: {
          type: 'ASK',
          stepId: 'b',
          input: {
            stepId: 'b',
            toolId: 'shell',
            nowMs: 1000,
            attemptTimeoutMs: null,
            stepTimeoutMs: null,
            retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
            declaresOutputs: false,
            onInterrupted: 'rerun',
            continueOnError: false,
            approval: { timeoutMs: null, byDefault: 'reject' },
            checks: [],
            obstacle: null,
          },
        },
        takes: ['run.running.awaitingPerson ASK 0'],
        value: { running: 'awaitingPerson' },
      },
      {
        send: { type: 'ANSWER', stepId: 'nobody', approved: true, comment: null },
        value: { running: 'awaitingPerson' },
      },
    ],
  },
  {
    name: '15: start, CANCEL',
    input: { runId: 'run', total: 0, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] },
    steps: [
      {
        value: 'pending',
        context: {
          runId: 'run',
          total: 0,
          maxParallel: 2,
          onFailure: 'continue',
          timeoutMs: null,
          deadlineMs: null,
          active: [],
          awaiting: [],
          held: [],
          meters: [],
          grants: [],
          waiting: 0,
          succeeded: 0,
          failed: 0,
          tolerated: 0,
          skipped: 0,
          canceled: 0,
          reason: null,
        },
      },
      {
        send: { type: 'CANCEL', reason: 'asked' },
        takes: ['run.pending CANCEL 0'],
        value: 'canceled',
        status: 'done',
        context: { reason: 'asked' },
      },
    ],
  },
];

/** What comes, and what is seen then; what is left out is as before, or nothing. The first step is the start. */
interface Step {
  readonly send?: object;
  readonly afterMs?: number;
  readonly yes?: readonly string[];
  readonly takes?: readonly string[];
  readonly value: unknown;
  readonly status?: string;
  readonly context?: object;
  readonly children?: readonly string[];
  readonly heard?: readonly unknown[];
  readonly did?: readonly string[];
}

interface Path {
  readonly name: string;
  readonly input?: unknown;
  readonly steps: readonly Step[];
}

const taken: Record<string, number> = {};

test.each(paths)('$name', ({ input, steps }) => {
  let [takes, did, heard]: [string[], string[], unknown[]] = [[], [], []];
  const idle = fromCallback(({ receive, self }) => receive((event) => void heard.push({ to: self.id, event })));
  const machine = still(runMachine as unknown as AnyStateMachine, idle);
  const clock = new SimulatedClock();
  const actor = createActor(machine, {
    clock,
    input,
    logger: () => undefined,
    inspect: (event) => {
      if (event.type === '@xstate.microstep') takes.push(...event._transitions.flatMap((each) => keyOf(machine, each)));
      if (event.type === '@xstate.action' && event.actorRef.sessionId === event.rootId) did.push(...told(event.action));
    },
  });
  actor.subscribe({ error: () => undefined });
  let seen = { status: 'active', context: {}, children: [] as readonly string[] };
  for (const [index, step] of steps.entries()) {
    if (index === 0) actor.start();
    else if (step.afterMs === undefined) actor.send(step.send as never);
    else clock.increment(step.afterMs);
    for (const key of takes) taken[key] = (taken[key] ?? 0) + 1;
    const { value, status, context, children } = actor.getSnapshot();
    const now = { status, context: plain(context), children: Object.keys(children).sort() };
    seen = {
      status: step.status ?? seen.status,
      context: { ...seen.context, ...step.context },
      children: step.children ?? seen.children,
    };
    const wanted = { takes: step.takes ?? [], value: step.value, ...seen, heard: step.heard ?? [], did: step.did ?? [] };
    expect({ takes, value, ...now, heard: plain(heard), did }, `after step ${String(index)} of this path`).toEqual(wanted);
    [takes, did, heard] = [[], [], []];
  }
  actor.stop();
});

/** The machine without effects: its actors do nothing, and actions that are not XState's own are told and not performed. */
function still(original: AnyStateMachine, idle: unknown): AnyStateMachine {
  const { actors, actions } = original.implementations;
  const machine = original.provide({
    actors: Object.fromEntries([...Object.keys(actors), 'idle'].map((name) => [name, idle])),
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, quiet(action)])),
  } as never) as AnyStateMachine;
  stillNode(machine.root);
  return machine;
}

/** What is written in a state itself, and not by its name. */
function stillNode(node: AnyStateNode): void {
  for (const invoke of node.invoke) (invoke as { src: string }).src = 'idle';
  const { initial } = node as { initial?: object };
  const transitions = [initial, ...(node.always ?? []), ...[...node.transitions.values()].flat()];
  for (const each of transitions as ({ actions: unknown[] } | undefined)[]) if (each) each.actions = each.actions.map(quiet);
  node.entry = node.entry.map(quiet) as never;
  node.exit = node.exit.map(quiet) as never;
  for (const child of Object.values(node.states)) stillNode(child as AnyStateNode);
}

function quiet(action: unknown): unknown {
  if (typeof action !== 'function' || 'resolve' in action) return action;
  return Object.defineProperty(() => undefined, 'name', { value: action.name });
}

/** What an action is told as: XState's own by nothing, but for the events that it emits. */
function told({ type, params }: { readonly type: string; readonly params: unknown }): readonly string[] {
  if (type === 'xstate.emit') return [`emit ${(params as { readonly event: { readonly type: string } }).event.type}`];
  return type.startsWith('xstate.') ? [] : [type];
}

/** What a transition is told by: its state, its event and its place among those of the event. Nothing for one that starts the machine. */
function keyOf({ id }: AnyStateMachine, transition: object): readonly string[] {
  const { source, eventType } = transition as { source: AnyStateNode; eventType: string };
  const list: readonly object[] = (eventType === '' ? source.always : source.transitions.get(eventType)) ?? [];
  const key = `${[id, ...source.path].join('.')} ${eventType} ${String(list.indexOf(transition))}`;
  return list.includes(transition) ? [key] : [];
}

/** JSON, with undefined as a text. */
function plain(value: unknown): object {
  const text = JSON.stringify(value ?? {}, (_, part: unknown) => {
    if (part === undefined) return '(undefined)';
    return typeof part === 'bigint' ? `${String(part)}n` : part;
  });
  return JSON.parse(text) as object;
}

// With STATEYARD_COVERAGE=FOLDER what was taken is left for `stateyard coverage`.
afterAll(() => {
  const folder = process.env['STATEYARD_COVERAGE'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  const record = { machine: 'run', taken };
  // Of each test file its own, the same at each run.
  const place = createHash('sha256').update(String(expect.getState().testPath)).digest('hex').slice(0, 12);
  const name = `${encodeURIComponent(record.machine).slice(0, 80)}.${place}.generated.json`;
  writeFileSync(`${folder}/${name}`, `${JSON.stringify(record, null, 2)}\n`);
});
