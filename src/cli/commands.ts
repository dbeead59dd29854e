import type { ExitCode } from '../errors.ts';
import { invariant } from '../errors.ts';
import type { Io } from './io.ts';

/** What a file of src/cli/commands exports. The options have the shape of the verb's metadata (options.ts). */
type Run = (options: never, io: Io) => Promise<ExitCode>;

// Literal paths, so that the bundler makes a chunk of each.
const loaders: Readonly<Record<string, () => Promise<{ readonly run: Run }>>> = {
  approve: () => import('./commands/approve.ts'),
  cancel: () => import('./commands/cancel.ts'),
  completion: () => import('./commands/completion.ts'),
  coverage: () => import('./commands/coverage.ts'),
  doctor: () => import('./commands/doctor.ts'),
  events: () => import('./commands/events.ts'),
  explain: () => import('./commands/explain.ts'),
  gc: () => import('./commands/gc.ts'),
  'generate-tests': () => import('./commands/generate-tests.ts'),
  init: () => import('./commands/init.ts'),
  inspect: () => import('./commands/inspect.ts'),
  logs: () => import('./commands/logs.ts'),
  ls: () => import('./commands/ls.ts'),
  machines: () => import('./commands/machines.ts'),
  pause: () => import('./commands/pause.ts'),
  plan: () => import('./commands/plan.ts'),
  quarantine: () => import('./commands/quarantine.ts'),
  reject: () => import('./commands/reject.ts'),
  resume: () => import('./commands/resume.ts'),
  route: () => import('./commands/route.ts'),
  run: () => import('./commands/run.ts'),
  schema: () => import('./commands/schema.ts'),
  show: () => import('./commands/show.ts'),
  simulate: () => import('./commands/simulate.ts'),
  stats: () => import('./commands/stats.ts'),
  tools: () => import('./commands/tools.ts'),
  unpause: () => import('./commands/unpause.ts'),
  validate: () => import('./commands/validate.ts'),
  verify: () => import('./commands/verify.ts'),
  watch: () => import('./commands/watch.ts'),
};

/** What the verb of this name does, loaded now. Its options must come from the parser, which checked them against the metadata. */
export async function loadCommand(name: string): Promise<(options: object, io: Io) => Promise<ExitCode>> {
  const load = loaders[name];
  invariant(load, `the verb ${name} has no command`);
  const { run } = await load();
  return run as (options: object, io: Io) => Promise<ExitCode>;
}
