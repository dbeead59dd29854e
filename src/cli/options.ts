import type { OptionsOf } from './command.ts';
import type { machinesVerb, verifyVerb } from './verbs/charts.ts';
import type { inspectVerb } from './verbs/inspect.ts';
import type { generateTestsVerb } from './verbs/cover.ts';
import type { coverageVerb } from './verbs/coverage.ts';
import type { eventsVerb, logsVerb, lsVerb, showVerb, watchVerb } from './verbs/reading.ts';
import type { explainVerb, routeVerb, statsVerb, toolsVerb } from './verbs/routing.ts';
import type { resumeVerb, runVerb } from './verbs/running.ts';
import type { initVerb } from './verbs/setup.ts';
import type { simulateVerb } from './verbs/simulate.ts';
import type { approveVerb, cancelVerb, pauseVerb, quarantineVerb, rejectVerb, unpauseVerb } from './verbs/steering.ts';
import type { completionVerb, doctorVerb, gcVerb, planVerb, schemaVerb, validateVerb } from './verbs/upkeep.ts';

/** `{file, param: 'KEY=VALUE'[], params, maxParallel, router, phase, id, origin, dryRun}` and the global flags; what was not given is null, [] or false. */
export type RunOptions = OptionsOf<typeof runVerb>;
/** `{run: string | null, all}`. */
export type ResumeOptions = OptionsOf<typeof resumeVerb>;
/** `{run, reason: string | null}`. */
export type CancelOptions = OptionsOf<typeof cancelVerb>;
/** `{run, step, comment: string | null}`. */
export type ApproveOptions = OptionsOf<typeof approveVerb>;
/** `{run, step, comment: string | null}`. */
export type RejectOptions = OptionsOf<typeof rejectVerb>;
/** `{run}`. */
export type PauseOptions = OptionsOf<typeof pauseVerb>;
/** `{run}`. */
export type UnpauseOptions = OptionsOf<typeof unpauseVerb>;
/** `{run, reason: string}`. */
export type QuarantineOptions = OptionsOf<typeof quarantineVerb>;
/** `{state, workflow, project, limit}`. */
export type LsOptions = OptionsOf<typeof lsVerb>;
/** `{run, format, of}`; format and of null where they are not given. */
export type ShowOptions = OptionsOf<typeof showVerb>;
/** `{run, follow}`. */
export type EventsOptions = OptionsOf<typeof eventsVerb>;
/** `{run, step: string | null, attempt: number | null, follow}`. */
export type LogsOptions = OptionsOf<typeof logsVerb>;
/** `{run}`. */
export type WatchOptions = OptionsOf<typeof watchVerb>;
/** `{files, router: string | null, phase: string | null}`. */
export type ValidateOptions = OptionsOf<typeof validateVerb>;
/** `{file, router: string | null, phase: string | null, format}`; format null where it is not given. */
export type PlanOptions = OptionsOf<typeof planVerb>;
/** `{file, seed, fail, duration, output, approve, param: TEXT[], maxParallel, router, phase, crashEverywhere}`. */
export type SimulateOptions = OptionsOf<typeof simulateVerb>;
/** `{file, step, taskKind, domain, riskTier, complexity, router, phase}`, each a text or null. */
export type RouteOptions = OptionsOf<typeof routeVerb>;
/** `{router: string | null}`. */
export type ToolsOptions = OptionsOf<typeof toolsVerb>;
/** The global flags alone. */
export type StatsOptions = OptionsOf<typeof statsVerb>;
/** `{run, step: string | null}`. */
export type ExplainOptions = OptionsOf<typeof explainVerb>;
/** `{machine: string | null, format: FORMAT | null, out: string | null}`. */
export type MachinesOptions = OptionsOf<typeof machinesVerb>;
/** `{run, stately, port: number | null, speed: number | null, step, once}`. */
export type InspectOptions = OptionsOf<typeof inspectVerb>;
/** `{machines, pairs}`. */
export type VerifyOptions = OptionsOf<typeof verifyVerb>;
/** `{machine, out, check}`. */
export type GenerateTestsOptions = OptionsOf<typeof generateTestsVerb>;
/** `{machines, from, records: string | null, run: RUN | null, min: number | null, reporter, out}`; reporter and out of null where they are not given. */
export type CoverageOptions = OptionsOf<typeof coverageVerb>;
/** `{name: string | null}`. */
export type SchemaOptions = OptionsOf<typeof schemaVerb>;
/** `{repair, setAside: RUN[]}`. */
export type DoctorOptions = OptionsOf<typeof doctorVerb>;
/** `{olderThan: AGE | null, keep: number | null, dryRun}`. */
export type GcOptions = OptionsOf<typeof gcVerb>;
/** `{folder: string | null, force, dryRun, phases, profile: PROFILE | null}`. */
export type InitOptions = OptionsOf<typeof initVerb>;
/** `{shell}`. */
export type CompletionOptions = OptionsOf<typeof completionVerb>;
