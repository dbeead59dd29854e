import type { RouterConfig } from '../schemas/router-config.ts';
import { appProblems } from './app-problems.ts';
import type { ConfigProblem } from './config-codes.ts';
import { toolsOf } from './queries.ts';
import { ruleProblems, unknownTool } from './rule-problems.ts';

/** What is wrong with a configuration that fits its schema: first the tools, then the rules, then the budget; nothing when it can be used. */
export function configProblems(config: RouterConfig): readonly ConfigProblem[] {
  const known = toolsOf(config);
  // Without tools every name would be unknown: that is one mistake, not many.
  if (known.length === 0) return [noTools];
  return [
    ...Object.entries(config.apps).flatMap(([toolId, app]) => appProblems(toolId, app)),
    ...ruleProblems(config),
    ...Object.keys(config.budget?.tools ?? {})
      .filter((toolId) => !known.includes(toolId))
      .map((toolId) => ({ ...unknownTool(toolId, known, ['budget', 'tools', toolId]), code: 'SY609' as const })),
  ];
}

const noTools: ConfigProblem = {
  code: 'SY610',
  path: ['apps'],
  message: '"apps" names no tool',
  hint: 'name at least one, with its kind, command and capabilities',
  unknown: null,
};
