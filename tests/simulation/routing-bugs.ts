import type { LoadedRun } from '../../src/engine/loaded-run.ts';
import type { RoutePort } from '../../src/engine/ports.ts';
import type { RestoredRun } from '../../src/engine/restore.ts';
import type { BoundTask, RunRouting } from '../../src/routing/run-routing.ts';
import type { Statement } from '../../src/store/statement.ts';
import type { Patch } from './patch.ts';
import type { PlantedBug } from './planted-bug.ts';

const planted = (name: string, by: RegExp, patch: () => Patch): PlantedBug => ({ name, by, patch, isRouted: true });

const inRoutes = (name: string, by: RegExp, change: (routes: RoutePort) => Partial<RoutePort>): PlantedBug =>
  planted(name, by, () => ({ routes: (routes) => ({ ...bound(routes), ...change(routes) }) }));

/** The calls of a port as functions, so that some of them can be put in the place of others. */
function bound(routes: RoutePort): RoutePort {
  return {
    route: (ask, signal) => routes.route(ask, signal),
    enter: (step, toolId, signal) => routes.enter(step, toolId, signal),
    reclaim: (step, toolId) => routes.reclaim(step, toolId),
    settle: (call) => routes.settle(call),
    refute: (call) => routes.refute(call),
    release: (step) => routes.release(step),
    close: () => routes.close(),
  };
}

const inRouting = (name: string, by: RegExp, change: (routing: RunRouting) => Partial<RunRouting>): PlantedBug =>
  planted(name, by, () => ({ run: (run): LoadedRun => ({ ...run, routing: { ...run.routing, ...change(run.routing) } }) }));

const inTasks = (name: string, by: RegExp, change: (task: BoundTask) => Partial<BoundTask>): PlantedBug =>
  inRouting(name, by, ({ tasks }) => ({
    tasks: new Map([...tasks].map(([stepId, task]) => [stepId, { ...task, ...change(task) }])),
  }));

type Context = Record<string, unknown>;

/** The memory of actors as a snapshot keeps it; changed in place. */
interface Tree {
  readonly context: Context;
  readonly children: Readonly<Record<string, { readonly snapshot: { readonly context: Context } }>>;
}

const inTree = (name: string, by: RegExp, change: (tree: Tree) => void): PlantedBug =>
  planted(name, by, () => ({
    restored(restored) {
      const tree = structuredClone(restored.tree);
      change(tree as unknown as Tree);
      return { ...restored, tree } satisfies RestoredRun;
    },
  }));

const inRun = (name: string, by: RegExp, change: (context: Context) => void): PlantedBug =>
  inTree(name, by, ({ context }) => change(context));

const inSteps = (name: string, by: RegExp, change: (context: Context) => void): PlantedBug =>
  inTree(name, by, ({ children }) => {
    for (const [id, { snapshot }] of Object.entries(children)) if (id.startsWith('step.')) change(snapshot.context);
  });

const inStatements = (name: string, by: RegExp, change: (statements: readonly Statement[]) => Statement[]): PlantedBug =>
  planted(name, by, () => ({
    store: (store) => ({
      transact: (statements) => store.transact(change(statements)),
      durable: () => store.durable(),
    }),
  }));

type Meter = { used: number; allowed: number; limit: number };

const inMeters = (name: string, by: RegExp, change: (meter: Meter) => object): PlantedBug =>
  inRun(name, by, (context) => {
    context['meters'] = (context['meters'] as readonly Meter[]).map((meter) => ({ ...meter, ...change(meter) }));
  });

const stepOf = ({ runId, stepId }: { runId: string; stepId: string }): { runId: string; stepId: string } => ({ runId, stepId });

const portBugs: readonly PlantedBug[] = [
  inRoutes('a slot is kept after the call', /holds a slot/, (routes) => ({
    async settle(call) {
      const changes = await routes.settle(call);
      void routes.enter(stepOf(call), call.toolId, new AbortController().signal).catch(() => undefined);
      return changes;
    },
  })),
  inRoutes('a slot is freed before the call', /at a time, of at most/, (routes) => ({
    async route(ask, signal) {
      const routed = await routes.route(ask, signal);
      await routes.release(stepOf(ask));
      return routed;
    },
  })),
  planted('a call that is settled again is counted again', /that was never made|was not counted/, () => {
    let lives = 0;
    return {
      routes(routes) {
        const life = ++lives;
        return {
          ...bound(routes),
          settle: (call) => routes.settle({ ...call, attemptId: `${call.attemptId}${life === 1 ? '' : life}` }),
        };
      },
    };
  }),
  inRoutes('a call that an earlier engine has begun is not counted', /not counted/, (routes) => {
    const reclaimed = new Set<string>();
    return {
      reclaim(step, toolId) {
        reclaimed.add(step.stepId);
        return routes.reclaim(step, toolId);
      },
      async settle(call) {
        if (!reclaimed.delete(call.stepId)) return routes.settle(call);
        await routes.release(stepOf(call));
        return [];
      },
    };
  }),
  inRoutes('a tool whose attempts are used up is asked again', /attempts are used up|attempts have failed/, (routes) => ({
    route: (ask, signal) => routes.route({ ...ask, spent: [], current: null }, signal),
  })),
  inRoutes('another turn is recorded than was used', /comes out otherwise/, (routes) => ({
    async route(ask, signal) {
      const { decision, breakers } = await routes.route(ask, signal);
      const turn = decision.turn === null ? null : decision.turn + 1;
      return { breakers, decision: { ...decision, turn } };
    },
  })),
  inRoutes('the figures of a tool believe it whatever a check has found', /although the check/, () => ({
    refute: () => Promise.resolve(),
  })),
  planted('a breaker that is open is not looked at', /whose breaker is open/, () => ({
    toolRows:
      (query) =>
      (sql, ...values) =>
        sql.includes('breaker_version') ? [] : query(sql, ...values),
  })),
];

const boundBugs: readonly PlantedBug[] = [
  inRouting('an answer that is final is taken for a failure', /means never_retry|answer was final/, ({ router }) => {
    if (router === null) return {};
    const apps = JSON.parse(JSON.stringify(router.config.apps).replaceAll('never_retry', 'retry')) as typeof router.config.apps;
    return { router: { ...router, config: { ...router.config, apps } } };
  }),
  inRouting('a budget is not kept', /budget/, () => ({ meters: [] })),
  inTasks('a tool is asked that the step does not allow', /does not allow it/, ({ draft }) => {
    const { allowed_tools: _allowed, ...routing } = draft.routing;
    return { draft: { ...draft, routing } };
  }),
  inTasks('a check that need not hold fails its step', /not required|has succeeded/, ({ checks }) => ({
    checks: checks.map((check) => ({ ...check, required: true })),
  })),
  inTasks(
    'a check that must hold need not',
    /although a check has failed|although the check|before it has not held/,
    ({ checks }) => ({
      checks: checks.map((check) => ({ ...check, required: false })),
    }),
  ),
];

const memoryBugs: readonly PlantedBug[] = [
  inRun('restoring forgets which calls were let through', /the budget counts/, (context) => (context['grants'] = [])),
  inMeters('restoring forgets what was spent', /budget/, () => ({ used: 0 })),
  inMeters('restoring forgets that a budget was raised', /was raised to/, ({ limit }) => ({ allowed: limit })),
  inRun('restoring forgets the steps that are held', /as held|is held/, (context) => (context['held'] = [])),
  inSteps(
    'restoring forgets which tools are used up',
    /attempts are used up|attempts have failed/,
    (context) => (context['spentTools'] = []),
  ),
  inSteps(
    'a check that has ended is made again after a restart',
    /starts the check \w+ again|is said to have ended and was not counted/,
    (context) => (context['check'] = 0),
  ),
  inStatements('a decision is not recorded', /before its decision/, (statements) =>
    statements.map(([sql, ...values]): Statement => [
      sql,
      ...values.map((value) => (value === 'route_decided' ? 'note' : value)),
    ]),
  ),
  inStatements('the documents of a call are not recorded', /before its execution request/, (statements) =>
    statements.filter(([sql]) => !sql.startsWith('insert into documents')),
  ),
];

/** Bugs in how tools are picked, called and counted, to be looked for where a router picks them. */
export const routingBugs: readonly PlantedBug[] = [...portBugs, ...boundBugs, ...memoryBugs];
