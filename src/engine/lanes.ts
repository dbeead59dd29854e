import { limitsOf } from '../../router/queries.ts';
import { ruleOf } from '../../router/decide.ts';
import { tiersOf } from '../../router/tiers.ts';
import type { LoadedRun } from './loaded-run.ts';

interface Lane {
  /** How many steps of it may be under way; more would only wait for each other's tools and keep slots of the run from other steps. */
  readonly capacity: number;
  readonly needsPerson: boolean;
  running: number;
}

/** Groups the steps of a run by what they wait for: a person, nothing but a slot of the run, or a slot of the same tools. */
export class Lanes {
  readonly #laneOf: readonly number[];
  readonly #lanes: Lane[] = [
    { capacity: Infinity, needsPerson: true, running: 0 },
    { capacity: Infinity, needsPerson: false, running: 0 },
  ];

  constructor(run: LoadedRun) {
    const byTools = new Map<string, number>();
    this.#laneOf = run.workflow.steps.map((step) => {
      if (step.action.kind !== 'task') return step.action.kind === 'approve' ? 0 : 1;
      const tools = firstTools(run, step.id);
      const key = tools.join(' ');
      const lane = byTools.get(key) ?? this.#add(capacityOf(run, tools));
      byTools.set(key, lane);
      return lane;
    });
  }

  /** The lane of a step. */
  of(position: number): number {
    return this.#laneOf[position] ?? 1;
  }

  /** Whether the steps of the lane wait for a person and take no slot. */
  needsPerson(lane: number): boolean {
    return this.#lanes[lane]?.needsPerson === true;
  }

  /** Whether one more step of the lane would find a tool that this run does not keep busy itself. */
  hasRoom(lane: number): boolean {
    const { running = 0, capacity = Infinity } = this.#lanes[lane] ?? {};
    return running < capacity;
  }

  /** A step was dispatched. */
  enter(position: number): void {
    const lane = this.#lanes[this.of(position)];
    if (lane !== undefined) lane.running++;
  }

  /** A step that was dispatched has ended. */
  leave(position: number): void {
    const lane = this.#lanes[this.of(position)];
    if (lane !== undefined) lane.running--;
  }

  #add(capacity: number): number {
    return this.#lanes.push({ capacity, needsPerson: false, running: 0 }) - 1;
  }
}

/** The tools that a task is given to at first: a fallback is for failures, not for a queue. */
function firstTools({ routing }: LoadedRun, stepId: string): readonly string[] {
  const task = routing.tasks.get(stepId);
  if (task === undefined || routing.router === null) return [];
  const { config } = routing.router;
  const tiers = tiersOf(config, ruleOf(config, task.draft), task.draft).map(({ tools }) =>
    tools.filter((toolId) => task.candidates.includes(toolId)),
  );
  return tiers.find((tools) => tools.length > 0) ?? [];
}

function capacityOf({ routing: { router } }: LoadedRun, tools: readonly string[]): number {
  if (router === null || tools.length === 0) return Infinity;
  return tools.reduce((sum, toolId) => sum + (limitsOf(router.config, toolId)?.maxParallel ?? Infinity), 0);
}
