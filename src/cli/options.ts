import type { OptionsOf } from './command.ts';
import type { eventsVerb, logsVerb, lsVerb, showVerb, watchVerb } from './verbs/reading.ts';
import type { explainVerb, routeVerb, statsVerb, toolsVerb } from './verbs/routing.ts';
import type { resumeVerb, runVerb } from './verbs/running.ts';
import type { initVerb } from './verbs/setup.ts';
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
/** `{run}`. */
export type ShowOptions = OptionsOf<typeof showVerb>;
/** `{run, follow}`. */
export type EventsOptions = OptionsOf<typeof eventsVerb>;
/** `{run, step: string | null, attempt: number | null, follow}`. */
export type LogsOptions = OptionsOf<typeof logsVerb>;
/** `{run}`. */
export type WatchOptions = OptionsOf<typeof watchVerb>;
/** `{files, router: string | null, phase: string | null}`. */
export type ValidateOptions = OptionsOf<typeof validateVerb>;
/** `{file, router: string | null, phase: string | null}`. */
export type PlanOptions = OptionsOf<typeof planVerb>;
/** `{file, step, taskKind, domain, riskTier, complexity, router, phase}`, each a text or null. */
export type RouteOptions = OptionsOf<typeof routeVerb>;
/** `{router: string | null}`. */
export type ToolsOptions = OptionsOf<typeof toolsVerb>;
/** The global flags alone. */
export type StatsOptions = OptionsOf<typeof statsVerb>;
/** `{run, step: string | null}`. */
export type ExplainOptions = OptionsOf<typeof explainVerb>;
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
