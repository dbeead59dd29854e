import { assign, fromPromise, setup } from 'xstate';
import {
  nextToWrite,
  replacedPaths,
  type BootstrapContext,
  type BootstrapEvent,
  type BootstrapInput,
  type ComparisonReport,
  type DiscoveryReport,
  type FileToWrite,
  type GenerationReport,
  type ProposedFile,
  type SelectionReport,
  type ValidationReport,
  type WriteReport,
} from './bootstrap-model.ts';
import { unprovided } from './unprovided.ts';

/**
 * The bootstrap of a project: it is looked at, given a profile, and files are generated for it, checked, compared with what is there and written, one after the other.
 * Nothing is written before all of it is valid and compared. What its final state is, is how it ended; `partial` is valid, with something missing that a user would
 * expect. Effects are the actors `discover`, `select`, `generate`, `validate`, `compare` and `write` (one file, whole or not at all). A person is asked by the host
 * while it is in `asking`.
 */
export const bootstrapMachine = setup({
  types: {
    input: {} as BootstrapInput,
    context: {} as BootstrapContext,
    events: {} as BootstrapEvent,
  },
  actors: {
    discover: fromPromise<DiscoveryReport>(unprovided('discover')),
    select: fromPromise<SelectionReport>(unprovided('select')),
    generate: fromPromise<GenerationReport>(unprovided('generate')),
    validate: fromPromise<ValidationReport, { readonly files: readonly ProposedFile[] }>(unprovided('validate')),
    compare: fromPromise<ComparisonReport, { readonly files: readonly ProposedFile[]; readonly withDiffs: boolean }>(
      unprovided('compare'),
    ),
    write: fromPromise<WriteReport, FileToWrite | null>(unprovided('write')),
  },
  guards: {
    isValid: (_, report: ValidationReport) => report.problems.length === 0,
    hasObstacle: (_, report: ComparisonReport) => report.obstacles.length > 0,
    nothingDiffers: (_, report: ComparisonReport) => report.changes.every(({ change }) => change === 'unchanged'),
    writesNothing: ({ context }) => context.dryRun,
    mayReplace: ({ context }, report: ComparisonReport) => context.force || replacedPaths(report.changes).length === 0,
    canAsk: ({ context }) => context.interactive,
    isLast: ({ context }, report: WriteReport) =>
      nextToWrite({ ...context, written: [...context.written, report.path] }) === null,
    isToStop: ({ context }) => context.cancelReason !== null,
    lacksSomething: ({ context }) => context.shortfalls.length > 0,
  },
  actions: {
    keepDiscovery: assign({
      discovery: (_, report: DiscoveryReport) => report.discovery,
      warnings: (_, report: DiscoveryReport) => report.warnings,
    }),
    keepSelection: assign({
      selection: (_, report: SelectionReport) => report,
      shortfalls: (_, report: SelectionReport) => report.shortfalls,
    }),
    keepFiles: assign({
      files: (_, report: GenerationReport) => report.files,
      shortfalls: ({ context }, report: GenerationReport) => [...context.shortfalls, ...report.shortfalls],
      warnings: ({ context }, report: GenerationReport) => [...context.warnings, ...report.warnings],
    }),
    keepVerdict: assign({
      valid: (_, report: ValidationReport) => report.problems.length === 0,
      configuration: (_, report: ValidationReport) => report.configuration,
      failedPaths: (_, report: ValidationReport) => report.problems.map(({ path }) => path),
      errors: (_, report: ValidationReport) => report.problems.map(({ message }) => message),
    }),
    keepComparison: assign({
      changes: (_, report: ComparisonReport) => report.changes,
      newFolders: (_, report: ComparisonReport) => report.newFolders,
      failedPaths: (_, report: ComparisonReport) => report.obstacles.map(({ path }) => path),
      errors: (_, report: ComparisonReport) => report.obstacles.map(({ message }) => message),
    }),
    countWritten: assign({ written: ({ context }, report: WriteReport) => [...context.written, report.path] }),
    keepError: assign({
      errors: (_, params: { error: unknown }) => [params.error instanceof Error ? params.error.message : String(params.error)],
    }),
    noteUnwritten: assign({ failedPaths: ({ context }) => [nextToWrite(context)?.file.path ?? ''] }),
    keepCancel: assign({ errors: (_, params: { reason: string }) => [params.reason] }),
    noteCancel: assign({ cancelReason: (_, params: { reason: string }) => params.reason }),
    stopAsNoted: assign({ errors: ({ context }) => (context.cancelReason === null ? [] : [context.cancelReason]) }),
  },
}).createMachine({
  id: 'bootstrap',
  version: '1.0.0',
  context: ({ input }) => ({
    force: input.force,
    dryRun: input.dryRun,
    interactive: input.interactive,
    discovery: null,
    selection: null,
    files: [],
    valid: false,
    configuration: null,
    changes: [],
    newFolders: [],
    written: [],
    warnings: [],
    shortfalls: [],
    failedPaths: [],
    errors: [],
    cancelReason: null,
  }),
  on: {
    CANCEL: { target: '.canceled', actions: { type: 'keepCancel', params: ({ event }) => event } },
  },
  initial: 'discovering',
  states: {
    discovering: {
      invoke: {
        id: 'discover',
        src: 'discover',
        onDone: { target: 'selecting', actions: { type: 'keepDiscovery', params: ({ event }) => event.output } },
        onError: { target: 'failed', actions: { type: 'keepError', params: ({ event }) => event } },
      },
    },
    selecting: {
      invoke: {
        id: 'select',
        src: 'select',
        onDone: { target: 'generating', actions: { type: 'keepSelection', params: ({ event }) => event.output } },
        onError: { target: 'failed', actions: { type: 'keepError', params: ({ event }) => event } },
      },
    },
    generating: {
      invoke: {
        id: 'generate',
        src: 'generate',
        onDone: { target: 'validating', actions: { type: 'keepFiles', params: ({ event }) => event.output } },
        onError: { target: 'failed', actions: { type: 'keepError', params: ({ event }) => event } },
      },
    },
    validating: {
      invoke: {
        id: 'validate',
        src: 'validate',
        input: ({ context }) => ({ files: context.files }),
        onDone: [
          {
            guard: { type: 'isValid', params: ({ event }) => event.output },
            target: 'comparing',
            actions: { type: 'keepVerdict', params: ({ event }) => event.output },
          },
          { target: 'failed', actions: { type: 'keepVerdict', params: ({ event }) => event.output } },
        ],
        onError: { target: 'failed', actions: { type: 'keepError', params: ({ event }) => event } },
      },
    },
    comparing: {
      invoke: {
        id: 'compare',
        src: 'compare',
        input: ({ context }) => ({ files: context.files, withDiffs: context.dryRun }),
        onDone: [
          {
            guard: { type: 'hasObstacle', params: ({ event }) => event.output },
            target: 'failed',
            actions: { type: 'keepComparison', params: ({ event }) => event.output },
          },
          {
            guard: { type: 'nothingDiffers', params: ({ event }) => event.output },
            target: 'concluding',
            actions: { type: 'keepComparison', params: ({ event }) => event.output },
          },
          {
            guard: 'writesNothing',
            target: 'previewed',
            actions: { type: 'keepComparison', params: ({ event }) => event.output },
          },
          {
            guard: { type: 'mayReplace', params: ({ event }) => event.output },
            target: 'writing',
            actions: { type: 'keepComparison', params: ({ event }) => event.output },
          },
          {
            guard: 'canAsk',
            target: 'asking',
            actions: { type: 'keepComparison', params: ({ event }) => event.output },
          },
          { target: 'needsHuman', actions: { type: 'keepComparison', params: ({ event }) => event.output } },
        ],
        onError: { target: 'failed', actions: { type: 'keepError', params: ({ event }) => event } },
      },
    },
    asking: {
      on: {
        REPLACE: 'writing',
        KEEP: 'needsHuman',
      },
    },
    writing: {
      invoke: {
        id: 'write',
        src: 'write',
        input: ({ context }) => nextToWrite(context),
        onDone: [
          {
            guard: { type: 'isLast', params: ({ event }) => event.output },
            target: 'concluding',
            actions: { type: 'countWritten', params: ({ event }) => event.output },
          },
          {
            guard: 'isToStop',
            target: 'canceled',
            actions: [{ type: 'countWritten', params: ({ event }) => event.output }, 'stopAsNoted'],
          },
          {
            target: 'writing',
            reenter: true,
            actions: { type: 'countWritten', params: ({ event }) => event.output },
          },
        ],
        onError: {
          target: 'failed',
          actions: [{ type: 'keepError', params: ({ event }) => event }, 'noteUnwritten'],
        },
      },
      // The file that is being written is brought to its end: what is on disk is whole and known.
      on: { CANCEL: { actions: { type: 'noteCancel', params: ({ event }) => event } } },
    },
    concluding: {
      always: [{ guard: 'lacksSomething', target: 'partial' }, { target: 'ready' }],
    },
    ready: { type: 'final' },
    partial: { type: 'final' },
    previewed: { type: 'final' },
    needsHuman: { type: 'final' },
    failed: { type: 'final' },
    canceled: { type: 'final' },
  },
});
