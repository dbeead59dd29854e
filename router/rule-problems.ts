import type { App, RouterConfig, RoutingRule } from '../schemas/router-config.ts';
import { doesKind, offers, worksIn } from './capability.ts';
import type { ConfigProblem } from './config-codes.ts';
import { appOf, toolsOf } from './queries.ts';
import { askedBy, askedFields, coversMatch } from './rule-match.ts';

type Path = readonly (string | number)[];
type ToolList = 'select_from' | 'fallback_to' | 'validate_with';

/** What is wrong with the rules of a configuration, rule after rule. */
export function ruleProblems(config: RouterConfig): readonly ConfigProblem[] {
  const rules = config.routing.rules ?? [];
  return rules.flatMap((rule, index) => {
    const path = ['routing', 'rules', index];
    const reach = reachProblem(rule, rules.slice(0, index), path);
    return [
      ...idProblems(rule, rules.slice(0, index), path),
      ...reach,
      ...nameProblems(config, rule, path),
      ...repetitionProblems(rule, path),
      // What is never reached, or names tools that are not there, was said already.
      ...(reach.length === 0 ? capabilityProblems(config, rule, path) : []),
    ];
  });
}

/** A name that is none of the tools of the configuration. */
export function unknownTool(name: string, known: readonly string[], path: Path): ConfigProblem {
  const few = known.slice(0, 10).join(', ');
  const hint = known.length > 10 ? `some of the tools: ${few}` : `the tools are ${few}`;
  return { code: 'SY601', path, message: `unknown tool "${name}"`, hint, unknown: { name, known } };
}

function idProblems({ id }: RoutingRule, earlier: readonly RoutingRule[], path: Path): readonly ConfigProblem[] {
  if (!earlier.some((other) => other.id === id)) return [];
  return [problem('SY602', [...path, 'id'], `the rule "${id}" is there twice`, 'give one of them another id')];
}

function reachProblem({ id, match }: RoutingRule, earlier: readonly RoutingRule[], path: Path): readonly ConfigProblem[] {
  const asked = askedBy(match);
  const empty = askedFields.find((field) => asked[field]?.length === 0);
  if (empty !== undefined) {
    const message = `rule "${id}" matches nothing: "${empty}" is an empty list`;
    return [problem('SY612', [...path, 'match', empty], message, `leave "${empty}" out to match every value of it`)];
  }
  const first = earlier.find((other) => coversMatch(other.match, match));
  if (first === undefined) return [];
  const message = `rule "${id}" is never reached: rule "${first.id}" before it matches all that it matches`;
  return [problem('SY603', [...path, 'match'], message, `put it before "${first.id}", or take it away`)];
}

function nameProblems(config: RouterConfig, rule: RoutingRule, path: Path): readonly ConfigProblem[] {
  const lists: readonly ToolList[] = ['select_from', 'fallback_to', 'validate_with'];
  return lists.flatMap((list) =>
    (rule[list] ?? []).flatMap((toolId, index) =>
      appOf(config, toolId) === null ? [unknownTool(toolId, toolsOf(config), [...path, list, index])] : [],
    ),
  );
}

function repetitionProblems(rule: RoutingRule, path: Path): readonly ConfigProblem[] {
  const mentions = (...lists: readonly ToolList[]) =>
    lists.flatMap((list) => (rule[list] ?? []).map((toolId, index) => ({ toolId, place: [...path, list, index] })));
  return [mentions('select_from', 'fallback_to'), mentions('validate_with')].flatMap((all) => {
    const again = all.filter(({ toolId }, at) => all.findIndex((other) => other.toolId === toolId) < at);
    return again.map(({ toolId, place }) =>
      problem('SY605', place, `rule "${rule.id}" names the tool "${toolId}" twice`, 'keep one of them'),
    );
  });
}

function capabilityProblems(config: RouterConfig, rule: RoutingRule, path: Path): readonly ConfigProblem[] {
  const { select_from: selected, fallback_to: fallback = [] } = rule;
  const able = (toolId: string) => {
    const app = appOf(config, toolId);
    // Of an unknown tool nothing is certain.
    return app === null || canServe(app, rule);
  };
  if (selected?.some(able) === true) return [];
  if (selected === undefined && Object.values(config.apps).some((app) => volunteers(app, rule))) return [];
  if (!fallback.some(able)) {
    const message = `rule "${rule.id}" has no tool that can do what it matches${inWords(rule)}`;
    return [
      problem('SY604', selected === undefined ? path : [...path, 'select_from'], message, 'see "capabilities" of the tools'),
    ];
  }
  if (selected === undefined) return [];
  const message = `no tool that rule "${rule.id}" selects can do what it matches${inWords(rule)}: only its fallbacks can`;
  return [problem('SY611', [...path, 'select_from'], message, 'see "capabilities" of the tools')];
}

/** Whether there is a request that the rule matches and the tool can do. */
function canServe(app: App, { match: { task_kind, domain } }: RoutingRule): boolean {
  const kinds = task_kind?.some((taskKind) => doesKind(app, taskKind)) ?? app.capabilities.task_kinds?.length !== 0;
  return kinds && (domain?.some((name) => worksIn(app, name)) ?? true);
}

/** Whether there is a request that the rule matches and for which the tool is a candidate without being named. */
function volunteers(app: App, { match: { task_kind, domain } }: RoutingRule): boolean {
  const kinds = task_kind ?? app.capabilities.task_kinds ?? [];
  return kinds.some((taskKind) => (domain ?? ['']).some((name) => offers(app, { taskKind, domain: name })));
}

function inWords({ match: { task_kind, domain } }: RoutingRule): string {
  const said = [task_kind && `task kind ${task_kind.join(', ')}`, domain && `domain ${domain.join(', ')}`];
  const words = said.filter((each) => each !== undefined).join('; ');
  return words === '' ? '' : ` (${words})`;
}

function problem(code: ConfigProblem['code'], path: Path, message: string, hint: string): ConfigProblem {
  return { code, path, message, hint, unknown: null };
}
