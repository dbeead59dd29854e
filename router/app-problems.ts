import type { App } from '../schemas/router-config.ts';
import type { ConfigProblem } from './config-codes.ts';
import { compilePattern } from './judge-pattern.ts';

type Path = readonly (string | number)[];

/** What is wrong with one tool of a configuration: its patterns, and the way its prompt is given. */
export function appProblems(toolId: string, app: App): readonly ConfigProblem[] {
  return [...promptProblems(toolId, app), ...patternProblems(toolId, app)];
}

/** What the arguments hold where the prompt is given by them. */
const placeholders = [
  { text: '{prompt}', mode: 'argument', fills: (argument: string) => argument === '{prompt}' },
  { text: '{prompt_file}', mode: 'file', fills: (argument: string) => argument.includes('{prompt_file}') },
] as const;

function promptProblems(toolId: string, { args = [], adapter }: App): readonly ConfigProblem[] {
  const mode = adapter?.prompt ?? 'none';
  return placeholders.flatMap(({ text, mode: own, fills }) => {
    const idle = args.flatMap((argument, index) => {
      if (!argument.includes(text) || (mode === own && fills(argument))) return [];
      const why = mode === own ? 'inside an argument' : `where "prompt" is "${mode}"`;
      const hint = mode === own ? `let "${text}" be an argument of its own` : `give "prompt" as "${own}", or take "${text}" away`;
      return [problem('SY608', ['apps', toolId, 'args', index], `"${text}" of tool "${toolId}" is not filled ${why}`, hint)];
    });
    if (mode !== own || args.some(fills)) return idle;
    const message = `tool "${toolId}" never gets its prompt: no argument is "${text}", though "prompt" is "${mode}"`;
    return [problem('SY607', ['apps', toolId, 'adapter', 'prompt'], message, `add "${text}" to "args"`), ...idle];
  });
}

function patternProblems(toolId: string, { adapter }: App): readonly ConfigProblem[] {
  const path = ['apps', toolId, 'adapter'];
  const outcomes = (adapter?.outcomes ?? []).map((rule, index) => ({
    pattern: rule.pattern,
    place: [...path, 'outcomes', index, 'pattern'],
    needsGroup: false,
  }));
  const cost = { pattern: adapter?.result?.cost_pattern, place: [...path, 'result', 'cost_pattern'], needsGroup: true };
  return [cost, ...outcomes].flatMap(({ pattern, place, needsGroup }) => {
    const wrong = pattern === undefined ? null : wrongPattern(pattern, needsGroup);
    return wrong === null ? [] : [problem('SY606', place, `a pattern of tool "${toolId}" ${wrong.message}`, wrong.hint)];
  });
}

function wrongPattern(pattern: string, needsGroup: boolean): { readonly message: string; readonly hint: string | null } | null {
  const compiled = compilePattern(pattern);
  if ('problem' in compiled) return { message: `is not a regular expression: ${compiled.problem}`, hint: null };
  if (!needsGroup || compiled.groups > 0) return null;
  return { message: 'has no group that holds the cost', hint: 'put the number in parentheses, such as "cost: ([0-9.]+)"' };
}

function problem(code: ConfigProblem['code'], path: Path, message: string, hint: string | null): ConfigProblem {
  return { code, path, message, hint, unknown: null };
}
