import type { SeededRandom } from '../../src/simulate/seeded-random.ts';

/** A step of a workflow file, as far as the simulation writes such. */
export interface StepText {
  readonly command?: readonly string[];
  readonly task?: string;
  readonly approve?: string;
  readonly default?: string;
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly timeout?: string;
  readonly step_timeout?: string;
  readonly retry?: object;
  readonly outputs?: object;
  readonly continue_on_error?: boolean;
  readonly on_interrupted?: string;
}

/** How the steps of a workflow are routed. */
export interface RandomRouting {
  readonly steps: Readonly<Record<string, StepText>>;
  /** What the workflow file bounds; null: nothing. */
  readonly budget: object | null;
  /** The text of router_config.json; null where no tool is picked. */
  readonly router: string | null;
  /** The tools whose programs are not on this machine. */
  readonly missing: readonly string[];
}

type Tools = readonly [string, ...string[]];

const strategies = ['fixed', 'round_robin', 'auto'] as const;
const routedShare = 0.2;

/** Whether {@link randomRouting} lets a router pick tools, for a generator of its own. */
export function isRouted(random: SeededRandom): boolean {
  return random.fork('whether').chance(routedShare);
}

/** Turns steps that execute a command into tasks, and makes the tools that they are given to. */
export function randomRouting(random: SeededRandom, plain: Readonly<Record<string, StepText>>): RandomRouting {
  const commands = Object.keys(plain).filter((id) => plain[id]?.command !== undefined);
  if (!isRouted(random) || commands.length === 0) return { steps: plain, budget: null, router: null, missing: [] };
  const tools = ['a', 'b', 'c', 'd'].slice(0, random.between(2, 4)) as unknown as Tools;
  // Every tool can do the work; the first one reviews as well, so that no kind is without a tool.
  const reviewers = tools.filter((tool) => tool === 'a' || random.chance(0.5)) as unknown as Tools;
  const rule = random.chance(0.85) ? randomRule(random, tools) : null;
  const able = { work: rule === null ? tools : rule.named, review: reviewers };
  const tasks = new Set(commands.filter((_, index) => index === 0 || random.chance(0.6)));
  const steps = Object.fromEntries(
    Object.entries(plain).map(([id, step]) => [id, tasks.has(id) ? asTask(random, step, able) : withChecks(random, step, 0.12)]),
  );
  const config = randomConfig(random, { tools, reviewers, rule: rule?.text ?? null });
  return { steps, ...withBudget(random, config, tools), missing: random.chance(0.1) ? [random.pick(tools)] : [] };
}

interface RandomRule {
  readonly text: object;
  /** The tools that it selects or falls back to. */
  readonly named: Tools;
}

function randomRule(random: SeededRandom, tools: Tools): RandomRule {
  const selected = some(random, tools);
  const fallback = tools.filter((tool) => !selected.includes(tool) && random.chance(0.8));
  const text = {
    id: 'works',
    match: { task_kind: ['work'] },
    select_from: selected,
    fallback_to: fallback,
    ...(random.chance(0.7) ? { strategy: random.pick(strategies) } : {}),
    ...(random.chance(0.3) ? { validate_with: ['v'], required: random.chance(0.6) } : {}),
  };
  return { text, named: [...selected, ...fallback] as unknown as Tools };
}

/** By the kind of task, the tools that may be asked. */
type Able = Readonly<Record<'work' | 'review', Tools>>;

function asTask(random: SeededRandom, { command: _command, ...step }: StepText, able: Able): StepText {
  const kind = random.chance(0.8) ? 'work' : 'review';
  const reads = step.needs?.[0];
  const routing = {
    ...(random.chance(0.2) ? { prompt: `Go on${reads === undefined ? '' : ` after \${{ steps.${reads}.state }}`}.` } : {}),
    ...(random.chance(0.2) ? { priority: random.pick(['low', 'high', 'critical']) } : {}),
    ...(random.chance(0.15) ? { allowed_tools: some(random, able[kind]) } : {}),
    ...(random.chance(0.2) ? { preferred_tools: [random.pick(able[kind])] } : {}),
    ...(random.chance(0.4) ? { strategy: random.pick(strategies) } : {}),
  };
  // A tool that is preferred must be one of those that are allowed.
  const { allowed_tools: allowed, preferred_tools: liked = [] } = routing;
  const preferred = liked.filter((tool) => allowed === undefined || allowed.includes(tool));
  const { preferred_tools: _liked, ...others } = routing;
  const task = { task: kind, ...step, ...others, ...(preferred.length > 0 ? { preferred_tools: preferred } : {}) };
  return withChecks(random, task, 0.35);
}

function withChecks(random: SeededRandom, step: StepText, share: number): StepText {
  if (step.approve !== undefined || !random.chance(share)) return step;
  const check = (id: string): object => ({ id, command: ['check', id], required: random.chance(0.65) });
  return { ...step, verify: random.chance(0.5) ? [check('c0')] : [check('c0'), check('c1')] } as StepText;
}

/** A budget stands in the workflow file, in the configuration or nowhere. */
function withBudget(random: SeededRandom, config: object, tools: Tools): Pick<RandomRouting, 'budget' | 'router'> {
  const budget = random.chance(0.35) ? randomBudget(random, tools) : null;
  if (budget === null) return { budget, router: JSON.stringify(config) };
  return random.chance(0.5)
    ? { budget, router: JSON.stringify(config) }
    : { budget: null, router: JSON.stringify({ ...config, budget }) };
}

function randomBudget(random: SeededRandom, tools: Tools): object {
  const [tool] = tools;
  return random.pick<object>([
    { calls: random.between(1, 6) },
    { minutes: random.between(2, 10) / 60 },
    { minutes: random.between(2, 10) / 60 },
    { tools: { [tool]: { calls: random.between(1, 3) } } },
    { cost: random.between(1, 8) / 4, calls: random.between(3, 6) },
  ]);
}

function randomConfig(
  random: SeededRandom,
  { tools, reviewers, rule }: { tools: Tools; reviewers: Tools; rule: object | null },
): object {
  const apps = Object.fromEntries(tools.map((tool) => [tool, randomApp(random, tool, reviewers.includes(tool))]));
  const validator = { kind: 'validator', command: 'v', capabilities: { task_kinds: ['check'] }, limits: { max_parallel: 1 } };
  return {
    version: '1.0.0',
    apps: { ...apps, v: validator },
    routing: { rules: rule === null ? [] : [rule] },
    defaults: {
      max_attempts: random.between(1, 2),
      strategy: random.pick(strategies),
      ...(random.chance(0.2) ? { timeout_seconds: random.between(3, 8) } : {}),
      ...(random.chance(0.7) ? { breaker: randomBreaker(random) } : {}),
    },
  };
}

function randomBreaker(random: SeededRandom): object {
  return {
    failure_threshold: random.between(1, 3),
    recovery_timeout_seconds: random.between(1, 20),
    half_open_max_calls: random.between(1, 2),
  };
}

function randomApp(random: SeededRandom, tool: string, reviews: boolean): object {
  const limits = {
    ...(random.chance(0.6) ? { max_parallel: random.between(1, 2) } : {}),
    ...(random.chance(0.3) ? { timeout_seconds: random.between(1, 6) } : {}),
  };
  const outcomes = [1, 2, 75]
    .filter(() => random.chance(0.35))
    .map((code) => ({ exit_codes: [code], means: random.pick(['retry', 'try_another', 'try_another', 'never_retry']) }));
  return {
    kind: 'tool',
    command: tool,
    capabilities: { task_kinds: reviews ? ['work', 'review'] : ['work'] },
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    adapter: {
      ...(random.chance(0.5) ? { prompt: 'stdin' } : {}),
      ...(random.chance(0.4) ? { result: { cost_pattern: 'cost ([0-9.]+)' } } : {}),
      outcomes,
    },
  };
}

/** One of them or more. */
function some(random: SeededRandom, tools: Tools): readonly string[] {
  const first = random.pick(tools);
  return tools.filter((tool) => tool === first || random.chance(0.4));
}
