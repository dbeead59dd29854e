import type { RunId } from '../../../schemas/ids.ts';
import { CompiledExpression } from '../expression.ts';
import type { ExpressionContext, StepEndState, Value, Workflow } from '../model.ts';
import { evaluateCondition } from '../template.ts';
import type { ValueCase } from './cases.ts';
import { leavesOf, outputAtom, paramAtom, plainEnv } from './condition-parts.ts';
import type { ConditionLeaf, ConditionPart } from './condition-parts.ts';

/** What a condition can come to: it holds, it does not, it cannot be evaluated (the step then fails without running). */
export interface Truth {
  readonly holds: boolean;
  readonly fails: boolean;
  readonly breaks: boolean;
}

/** What a condition is asked in. `endsOf` gives what a step that it reads can have come to. */
interface Circumstances {
  readonly values: ValueCase;
  readonly status: ExpressionContext['status'];
  readonly endsOf: (stepId: string) => readonly StepEndState[];
}

/** More combinations of ends of the steps that a condition reads are not told apart. */
const mostCombinations = 64;

const yes = 1;
const no = 2;
const broken = 4;
const anything = yes | no | broken;

/** Asks the conditions of a workflow what they can come to; they are evaluated by the language itself wherever all that they read is known. */
export class ConditionTruth {
  readonly #workflow: Workflow;
  readonly #conditions: readonly (ConditionPart | null)[];
  readonly #env: readonly Readonly<Record<string, string>>[];
  readonly #mayBreak: readonly boolean[];
  readonly #steps: readonly (readonly string[])[];
  readonly #answers = new Map<string, Truth>();
  #values: ValueCase | null = null;

  /** `conditions` by position, as `conditionParts` gives them. */
  constructor(workflow: Workflow, conditions: readonly (ConditionPart | null)[]) {
    this.#workflow = workflow;
    this.#conditions = conditions;
    this.#env = workflow.steps.map((step, index) => ((conditions[index] ?? null) === null ? {} : plainEnv(workflow, step)));
    const isComputed = (env: Workflow['env']): boolean =>
      Object.values(env).some((pieces) => pieces.some((each) => typeof each !== 'string'));
    this.#mayBreak = workflow.steps.map((step) => isComputed(workflow.env) || isComputed(step.env));
    this.#steps = conditions.map((part) => (part === null ? [] : [...new Set(leavesOf(part).flatMap(({ steps }) => steps))]));
  }

  /** What the condition of the step at `position` can come to; without a condition it holds. */
  ask(position: number, circumstances: Circumstances): Truth {
    const condition = this.#conditions[position] ?? null;
    if (condition === null) return { holds: true, fails: false, breaks: false };
    if (this.#values !== circumstances.values) this.#answers.clear();
    this.#values = circumstances.values;
    const { status, endsOf } = circumstances;
    const read = (this.#steps[position] ?? []).map((stepId) => [stepId, endsOf(stepId)] as const);
    const key = `${String(position)} ${String(status.success)} ${String(status.failure)} ${String(status.cancelled)} ${read.join(' ')}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    let truth = this.#mayBreak[position] === true ? broken : 0;
    const combinations = combine(read);
    if (combinations === null) truth |= this.#truthOf(condition, position, { ...circumstances, ends: null });
    else for (const ends of combinations) truth |= this.#truthOf(condition, position, { ...circumstances, ends });
    const answer = { holds: (truth & yes) !== 0, fails: (truth & no) !== 0, breaks: (truth & broken) !== 0 };
    this.#answers.set(key, answer);
    return answer;
  }

  #truthOf(part: ConditionPart, position: number, facts: Facts): number {
    if (part.kind === 'leaf') return this.#leaf(part, position, facts);
    if (part.kind === 'not') return negated(this.#truthOf(part.part, position, facts));
    // The first part that decides is the last one that is evaluated.
    const goesOn = part.kind === 'all' ? yes : no;
    let truth = goesOn;
    for (const each of part.parts) {
      if ((truth & goesOn) === 0) break;
      truth = (truth & ~goesOn) | this.#truthOf(each, position, facts);
    }
    return truth;
  }

  #leaf(leaf: ConditionLeaf, position: number, facts: Facts): number {
    const { values, ends } = facts;
    const isKnown = !leaf.isOpaque && leaf.atoms.every((atom) => values.has(atom)) && (ends !== null || leaf.steps.length === 0);
    if (!isKnown) return leaf.callsFunction ? anything : yes | no;
    try {
      const condition = new CompiledExpression('', leaf.tree, false);
      return evaluateCondition(condition, this.#contextOf(leaf, position, facts)) ? yes : no;
    } catch {
      // Whether the whole condition cannot be evaluated depends on what is made of this part.
      return anything;
    }
  }

  #contextOf(leaf: ConditionLeaf, position: number, { values, status, ends }: Facts): ExpressionContext {
    const { params, name, steps } = this.#workflow;
    const outputsOf = (stepId: string): Record<string, Value> => {
      const declared = Object.keys(steps.find(({ id }) => id === stepId)?.outputs ?? {});
      return Object.fromEntries(declared.map((output) => [output, values.get(outputAtom(stepId, output)) ?? null]));
    };
    return {
      params: Object.fromEntries(Object.keys(params).map((param) => [param, values.get(paramAtom(param)) ?? null])),
      env: this.#env[position] ?? {},
      steps: Object.fromEntries(
        leaf.steps.map((stepId) => {
          const state = ends?.get(stepId) ?? 'skipped';
          return [stepId, { state, outputs: state === 'succeeded' ? outputsOf(stepId) : {} }];
        }),
      ),
      run: { id: '' as RunId, workflow: name },
      status,
    };
  }
}

interface Facts extends Circumstances {
  /** How the steps that the condition reads ended; null: in any way. */
  readonly ends: ReadonlyMap<string, StepEndState> | null;
}

function negated(truth: number): number {
  return ((truth & yes) === 0 ? 0 : no) | ((truth & no) === 0 ? 0 : yes) | (truth & broken);
}

function combine(
  read: readonly (readonly [string, readonly StepEndState[]])[],
): readonly ReadonlyMap<string, StepEndState>[] | null {
  let combinations: ReadonlyMap<string, StepEndState>[] = [new Map()];
  for (const [stepId, ends] of read) {
    if (combinations.length * ends.length > mostCombinations) return null;
    combinations = combinations.flatMap((each) => ends.map((end) => new Map([...each, [stepId, end]])));
  }
  return combinations;
}
