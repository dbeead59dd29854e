import { doesKind, worksIn } from '../../../router/capability.ts';
import type { App, RoutingRule } from '../../../schemas/router-config.ts';
import type { LanguageShare } from '../project.ts';

/** The tools that rules are made for. */
export interface RuleMaterial {
  /** The tools of the configuration, by id: those that ship in their order, then the others in theirs. */
  readonly apps: Readonly<Record<string, App>>;
  /** The rules that ship, in order. */
  readonly shippedRules: readonly RoutingRule[];
  /** Of the project, the most first: where a domain is not known, its main language goes first. */
  readonly languages: readonly LanguageShare[];
}

/** Kinds of tasks that programs do which are not asked by a prompt. Those of one line share the rules of a domain. */
const checkedKinds: readonly (readonly string[])[] = [['lint', 'validation'], ['format'], ['test'], ['build']];

type Entry = readonly [toolId: string, app: App];

/**
 * The rules for the tools of a project, in the shipped order: those for agents with what is there of their tools; those for checks with every tool that can
 * serve them; before each that asks for no domain, one for every domain that has tools and no shipped rule. A rule without a tool is left out.
 */
export function routerRules(material: RuleMaterial): readonly RoutingRule[] {
  const { apps, shippedRules } = material;
  const covered = (kinds: readonly string[]): ReadonlySet<string> =>
    new Set(shippedRules.filter(({ match }) => isAbout(match, kinds)).flatMap(({ match }) => match.domain ?? []));
  const begun = new Set<string>();
  return shippedRules.flatMap((rule) => {
    const group = checkedKinds.find((kinds) => isAbout(rule.match, kinds));
    if (group === undefined) return cutRule(rule, apps);
    if (rule.match.domain !== undefined) return domainRule(rule, apps);
    const isFirst = !begun.has(group.join());
    begun.add(group.join());
    return [...(isFirst ? newDomainRules(group, apps, covered(group)) : []), ...openRule(rule, material)];
  });
}

function isAbout({ task_kind = [] }: RoutingRule['match'], kinds: readonly string[]): boolean {
  return task_kind.length > 0 && task_kind.every((kind) => kinds.includes(kind));
}

/** A shipped rule with those of its tools that are there. */
function cutRule(rule: RoutingRule, apps: RuleMaterial['apps']): readonly RoutingRule[] {
  const present = (toolIds: readonly string[] = []) => toolIds.filter((toolId) => Object.hasOwn(apps, toolId));
  const [selected, fallback, validators] = [present(rule.select_from), present(rule.fallback_to), present(rule.validate_with)];
  // Without a tool to select, the fallbacks are what is selected.
  const chosen = selected.length > 0 ? selected : fallback;
  if (chosen.length === 0) return [];
  const { id, description, match, strategy, required } = rule;
  return [
    {
      id,
      ...(description === undefined ? {} : { description }),
      match,
      select_from: chosen,
      ...(strategy === undefined ? {} : { strategy }),
      ...(selected.length > 0 && fallback.length > 0 ? { fallback_to: fallback } : {}),
      ...(validators.length > 0 ? { validate_with: validators, ...(required === undefined ? {} : { required }) } : {}),
    },
  ];
}

/** A shipped rule for domains: its own tools, then the others of these domains; those that work in any domain last. */
function domainRule(rule: RoutingRule, apps: RuleMaterial['apps']): readonly RoutingRule[] {
  const { task_kind = [], domain = [] } = rule.match;
  const able = inOrder(rule, apps).filter(([, app]) => serves(app, task_kind, domain));
  const own = able.filter(([, app]) => hasDomains(app));
  if (own.length === 0) return [];
  return checkRule(rule.id, rule.match, [...own, ...able.filter(([, app]) => worksAnywhere(app, task_kind))]);
}

/** A rule for each domain that is not covered; domains with the same tools share one. */
function newDomainRules(
  kinds: readonly string[],
  apps: RuleMaterial['apps'],
  covered: ReadonlySet<string>,
): readonly RoutingRule[] {
  const able = Object.entries(apps).filter(([, app]) => kinds.some((kind) => doesKind(app, kind)));
  const domains = new Set(able.flatMap(([, app]) => app.capabilities.domains ?? []).filter((domain) => !covered.has(domain)));
  const shared = new Map<string, { domains: string[]; tools: readonly Entry[] }>();
  for (const domain of domains) {
    const own = able.filter(([, app]) => hasDomains(app) && worksIn(app, domain));
    const tools = [...own, ...able.filter(([, app]) => worksAnywhere(app, kinds))];
    const key = tools.map(([toolId]) => toolId).join();
    const same = shared.get(key);
    if (same === undefined) shared.set(key, { domains: [domain], tools });
    else same.domains.push(domain);
  }
  return [...shared.values()].flatMap(({ domains: together, tools }) => {
    const served = kinds.filter((kind) => tools.some(([, app]) => doesKind(app, kind)));
    return checkRule(`${served[0]}-${together[0]}`, { task_kind: [...served], domain: together }, tools);
  });
}

/**
 * A shipped rule without a domain. Its own tools that work in any domain stay in front; then the tools of the project's languages, the main one first, each of
 * which says whether there is work for it; then what else works in any domain.
 */
function openRule(rule: RoutingRule, { apps, languages }: RuleMaterial): readonly RoutingRule[] {
  const { task_kind = [] } = rule.match;
  const named = [...(rule.select_from ?? []), ...(rule.fallback_to ?? [])];
  const able = inOrder(rule, apps).filter(([, app]) => serves(app, task_kind, null));
  const anywhere = able.filter(([, app]) => !hasDomains(app));
  const byLanguage = able
    .filter(([, app]) => hasDomains(app))
    .map((entry) => ({ entry, rank: rankOf(entry[1], languages) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ entry }) => entry);
  const isNamed = ([toolId]: Entry): boolean => named.includes(toolId);
  const tools = [...anywhere.filter(isNamed), ...byLanguage, ...anywhere.filter((entry) => !isNamed(entry))];
  return checkRule(rule.id, rule.match, tools);
}

/** The first of the tools is selected, and the others are its fallbacks; the rule asks for no more than they can do. */
function checkRule(id: string, match: RoutingRule['match'], tools: readonly Entry[]): readonly RoutingRule[] {
  const [first, ...others] = tools.map(([toolId]) => toolId);
  if (first === undefined) return [];
  const kinds = match.task_kind?.filter((kind) => tools.some(([, app]) => doesKind(app, kind)));
  const domain = match.domain?.filter((name) => tools.some(([, app]) => hasDomains(app) && worksIn(app, name)));
  const where = domain === undefined ? 'Where the domain is not known, or has no rule' : `For ${domain.join(', ')}`;
  return [
    {
      id,
      description: `${where}: ${[first, ...others].join(', then ')}`,
      match: { ...match, ...(kinds && { task_kind: kinds }), ...(domain && { domain }) },
      select_from: [first],
      strategy: 'fixed',
      ...(others.length > 0 ? { fallback_to: others } : {}),
    },
  ];
}

/** The tools that a rule names, then all others. */
function inOrder(rule: RoutingRule, apps: RuleMaterial['apps']): readonly Entry[] {
  const named = [...(rule.select_from ?? []), ...(rule.fallback_to ?? [])];
  const place = (toolId: string): number => (named.includes(toolId) ? named.indexOf(toolId) : named.length);
  return Object.entries(apps).toSorted(([a], [b]) => place(a) - place(b));
}

/** Whether it does one of the kinds, in one of the domains (null: whichever). */
function serves(app: App, kinds: readonly string[], domains: readonly string[] | null): boolean {
  return kinds.some((kind) => doesKind(app, kind)) && (domains?.some((domain) => worksIn(app, domain)) ?? true);
}

function hasDomains({ capabilities }: App): boolean {
  return capabilities.domains !== undefined && capabilities.domains.length > 0;
}

/** Whether it can stand in for the tools of a domain: it must do the first of the kinds, so that a look at the diff is not taken for a linter. */
function worksAnywhere(app: App, [first]: readonly string[]): boolean {
  return !hasDomains(app) && first !== undefined && doesKind(app, first);
}

function rankOf(app: App, languages: readonly LanguageShare[]): number {
  const rank = languages.findIndex(({ language }) => app.capabilities.domains?.includes(language.toLowerCase()));
  return rank === -1 ? languages.length : rank;
}
