import { data } from '@actions/expressions';
import type { Token } from '@actions/expressions/lexer';
import type { WorkflowCode } from './codes.ts';
import { usesOf } from './expression-scope.ts';
import type { ContextUse, ExpressionUses, NamePart } from './expression-scope.ts';
import { CompiledExpression, parseExpression, plainFunctionNames, statusFunctionNames } from './expression.ts';
import type { ParsedExpression } from './expression.ts';
import type { NameTable } from './name-table.ts';
import type { Problems } from './problems.ts';
import type { SourceRange } from './source-text.ts';
import type { Suggestion } from './suggestion.ts';

/** The names that the expressions of a file can use. */
export interface FileNames {
  readonly params: NameTable;
  readonly steps: NameTable;
  /** The declared outputs of a step, by its exact id. */
  readonly outputsOf: (stepId: string) => readonly string[];
}

/** Where an expression stands, which decides what it can use. */
export interface ExpressionPlace {
  /** `workflow`: a field of the workflow, so that no step has ended; `if`: status functions too. */
  readonly kind: 'workflow' | 'step' | 'if';
  readonly stepId: string | null;
  /** Variables that `env` has here; null where `env` cannot be used. */
  readonly env: ReadonlySet<string> | null;
  /** Turns offsets in the expression's text into a place in the file. */
  readonly rangeOf: (start: number, end: number) => SourceRange;
}

/** A use of another step, to be held against the order of the steps once that is known. */
export interface StepReference {
  readonly from: string;
  readonly to: string;
  readonly range: SourceRange;
}

const foreignContexts: ReadonlyMap<string, string> = new Map([
  ['inputs', 'parameters are called "params" here'],
  ['vars', 'values of the workflow are "params" or "env" here'],
  ['needs', 'results of steps are "steps.ID.outputs" here'],
  ['secrets', 'secrets reach a step through the environment that stateyard is started with; they are not in expressions'],
  ['github', 'the run is "run.id" and "run.workflow" here'],
]);
const stepProperties = ['outputs', 'state'];
const foreignStepProperties: ReadonlySet<string> = new Set(['outcome', 'conclusion', 'result', 'status']);

interface Entry {
  readonly parsed: ParsedExpression;
  readonly uses: ExpressionUses | null;
}

/** Compiles the expressions of one file and notes what is wrong with them. */
export class ExpressionCheck {
  readonly stepReferences: StepReference[] = [];
  readonly #names: FileNames;
  readonly #problems: Problems;
  readonly #suggestion: Suggestion;
  // Thousands of steps often share an expression; it is parsed once.
  readonly #parsed = new Map<string, Entry>();

  constructor(names: FileNames, problems: Problems, suggestion: Suggestion) {
    this.#names = names;
    this.#problems = problems;
    this.#suggestion = suggestion;
  }

  /** The expression, or null after a mistake. */
  compile(source: string, place: ExpressionPlace): CompiledExpression | null {
    const { parsed, uses } = this.#parse(source);
    if (!parsed.ok) {
      this.#problems.add(
        'SY301',
        place.rangeOf(parsed.start, parsed.end),
        parsed.message,
        'text in expressions stands in single quotes',
      );
      return null;
    }
    if (uses === null || uses.tooDeep) {
      this.#problems.add('SY301', place.rangeOf(0, 1), 'the expression is nested too deeply');
      return null;
    }
    const at = (token: Token): SourceRange => place.rangeOf(parsed.offsetOf(token.range.start), parsed.offsetOf(token.range.end));
    const functionsFine = uses.functions.map((token) => this.#checkFunction(token, place, at)).every(Boolean);
    const contextsFine = uses.contexts.map((use) => this.#checkContext(use, place, at)).every(Boolean);
    if (!functionsFine || !contextsFine) return null;
    const readsStatus = uses.functions.some((token) => statusFunctionNames.has(token.lexeme.toLowerCase()));
    return new CompiledExpression(source, parsed.tree, readsStatus);
  }

  #parse(source: string): Entry {
    const known = this.#parsed.get(source);
    if (known !== undefined) return known;
    const parsed = parseExpression(source);
    const entry = { parsed, uses: parsed.ok ? usesOf(parsed.tree) : null };
    this.#parsed.set(source, entry);
    return entry;
  }

  #checkFunction(token: Token, place: ExpressionPlace, at: (token: Token) => SourceRange): boolean {
    const name = token.lexeme.toLowerCase();
    if (plainFunctionNames.has(name)) return true;
    if (statusFunctionNames.has(name)) {
      return place.kind === 'if' || this.#report('SY304', at(token), `${token.lexeme}() can only be used in "if"`, null);
    }
    if (name === 'hashfiles')
      return this.#report(
        'SY306',
        at(token),
        'hashFiles() does not exist here',
        'compute it in a step and pass it on as an output',
      );
    const hint = this.#suggestion.hint(token.lexeme, [...plainFunctionNames, ...statusFunctionNames]);
    return this.#report('SY306', at(token), `unknown function ${token.lexeme}()`, hint);
  }

  #checkContext(use: ContextUse, place: ExpressionPlace, at: (token: Token) => SourceRange): boolean {
    const range = chainRange(use, at);
    const computed = use.parts.some((part) => part.kind === 'computed');
    switch (use.context.lexeme.toLowerCase()) {
      case 'params':
        return computed ? this.#computed(range) : this.#checkParam(use, range);
      case 'env':
        return computed ? this.#computed(range) : this.#checkVariable(use, place, range);
      case 'run':
        return computed ? this.#computed(range) : this.#checkRun(use, range);
      case 'steps':
        return computed ? this.#computed(range) : this.#checkStep(use, place, range);
      case 'matrix':
        return this.#report('SY401', at(use.context), '"matrix" is not available yet', null);
      default:
        return this.#unknownContext(use, at(use.context));
    }
  }

  #unknownContext(use: ContextUse, range: SourceRange): boolean {
    const name = use.context.lexeme;
    const hint = foreignContexts.get(name.toLowerCase()) ?? this.#suggestion.hint(name, ['params', 'env', 'steps', 'run']);
    return this.#report(
      'SY302',
      range,
      `unknown name "${name}"`,
      hint ?? 'known are params, env, steps and run; text stands in single quotes',
    );
  }

  #checkParam({ parts }: ContextUse, range: SourceRange): boolean {
    return this.#checkScalarName(parts, range, {
      what: 'parameter',
      known: [...this.#names.params.names()],
      otherwise: 'declare it under "params"',
    });
  }

  #checkRun({ parts }: ContextUse, range: SourceRange): boolean {
    return this.#checkScalarName(parts, range, {
      what: 'property of run',
      known: ['id', 'workflow'],
      otherwise: 'known are run.id and run.workflow',
    });
  }

  #checkVariable({ parts }: ContextUse, place: ExpressionPlace, range: SourceRange): boolean {
    if (place.env === null)
      return this.#report('SY304', range, '"env" cannot be used in the env of the workflow', 'its values can use params and run');
    const [first] = parts;
    // Variables are told apart by case wherever there are two: http_proxy and HTTP_PROXY are both in use.
    if (parts.length === 1 && first?.kind === 'name' && place.env.has(first.name)) return true;
    const otherwise = 'only variables under "env" of the workflow or the step are known; a script reads the others as $NAME';
    return this.#checkScalarName(parts, range, { what: 'variable', known: [...place.env], otherwise });
  }

  #checkScalarName(
    parts: readonly NamePart[],
    range: SourceRange,
    names: { what: string; known: readonly string[]; otherwise: string },
  ): boolean {
    const [first, second] = parts;
    if (first === undefined || first.kind !== 'name') return true;
    const exact = names.known.find((name) => name.toLowerCase() === first.name.toLowerCase());
    if (exact === undefined) {
      return this.#report(
        'SY302',
        range,
        `unknown ${names.what} "${first.name}"`,
        this.#suggestion.hint(first.name, names.known) ?? names.otherwise,
      );
    }
    spell(first, exact);
    if (second === undefined) return true;
    return this.#singleValue(exact, second, range);
  }

  #checkStep(use: ContextUse, place: ExpressionPlace, range: SourceRange): boolean {
    const [step] = use.parts;
    if (place.kind === 'workflow' || place.stepId === null)
      return this.#report('SY304', range, '"steps" can only be used inside a step', null);
    if (step === undefined || step.kind !== 'name') {
      return this.#report(
        'SY305',
        range,
        '"steps" needs the id of a step written out',
        'write steps.ID.outputs.NAME or steps.ID.state',
      );
    }
    const id = this.#names.steps.find(step.name);
    if (id === null)
      return this.#report(
        'SY302',
        range,
        `unknown step "${step.name}"`,
        this.#suggestion.hint(step.name, this.#names.steps.names()),
      );
    spell(step, id);
    this.stepReferences.push({ from: place.stepId, to: id, range });
    return this.#checkStepProperty(use, id, range);
  }

  #checkStepProperty({ parts }: ContextUse, id: string, range: SourceRange): boolean {
    const [, property, name, more] = parts;
    if (property === undefined) return true;
    const wanted = property.name.toLowerCase();
    if (!stepProperties.includes(wanted)) return this.#unknownStepProperty(property, range);
    spell(property, wanted);
    if (name === undefined || name.kind === 'star') return true;
    if (wanted === 'state') return this.#singleValue('state', name, range);
    return this.#checkOutput(id, name, range) && (more === undefined || this.#singleValue(name.name, more, range));
  }

  #unknownStepProperty({ name }: NamePart, range: SourceRange): false {
    const hint = foreignStepProperties.has(name.toLowerCase())
      ? 'here it is called "state"'
      : this.#suggestion.hint(name, stepProperties);
    return this.#report('SY302', range, `a step has no "${name || '*'}"`, hint ?? 'known are outputs and state');
  }

  #checkOutput(id: string, part: NamePart, range: SourceRange): boolean {
    const known = this.#names.outputsOf(id);
    const exact = known.find((output) => output.toLowerCase() === part.name.toLowerCase());
    if (exact === undefined) {
      const hint = this.#suggestion.hint(part.name, known) ?? `declare it at the step: outputs: { ${part.name}: string }`;
      return this.#report('SY302', range, `step "${id}" has no output "${part.name}"`, hint);
    }
    spell(part, exact);
    return true;
  }

  #singleValue(name: string, part: NamePart, range: SourceRange): false {
    return this.#report('SY302', range, `"${name}" is a single value, it has no "${part.name || '*'}"`, null);
  }

  #computed(range: SourceRange): boolean {
    return this.#report('SY305', range, 'a name cannot be computed here', 'write the name out, such as params.NAME');
  }

  #report(code: WorkflowCode, range: SourceRange, message: string, hint: string | null): false {
    this.#problems.add(code, range, message, hint);
    return false;
  }
}

// Evaluating looks names up as they are spelled, so a name that differs in case only takes the declared spelling here.
function spell(part: NamePart, exact: string): void {
  if (part.literal !== null && part.name !== exact) part.literal.literal = new data.StringData(exact);
}

function chainRange({ context, parts }: ContextUse, at: (token: Token) => SourceRange): SourceRange {
  const start = at(context);
  const last = parts.findLast((part) => part.literal !== null)?.literal;
  return { start: start.start, end: last ? Math.max(start.end, at(last.token).end) : start.end };
}
