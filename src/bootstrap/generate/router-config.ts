import { doesKind } from '../../../router/capability.ts';
import type { App, RouterConfig } from '../../../schemas/router-config.ts';
import { invariant } from '../../errors.ts';
import type { GeneratedFile } from '../artifact.ts';
import type { FoundTool, Survey } from '../project.ts';
import { catalogue } from '../tools/catalogue/catalogue.ts';
import type { CatalogueTool } from '../tools/catalogue/catalogue-tool.ts';
import { dependsOnPackage, hasScript, isPython, usesPythonTool } from '../tools/evidence.ts';
import { shippedRouter } from '../tools/shipped-tools.ts';
import { jsonText } from './json-text.ts';
import { routerRules } from './router-rules.ts';

/**
 * router_config.json for a project (router_config.v1): the shipped tools and those of the catalogue that are there and that the project uses, with the rules that
 * have a tool. Commands are names, or begin with `./` for a wrapper of the project; the same survey and tools give the same bytes. A configuration must name a
 * tool, so where nothing at all was found it names git, which the router reports as missing until it is installed.
 */
export function generateRouterConfig(survey: Survey, tools: readonly FoundTool[]): GeneratedFile {
  const commands = new Set(tools.map(({ command }) => command));
  const apps = Object.fromEntries([...shippedApps(survey, commands), ...catalogueApps(survey, commands)]);
  if (Object.keys(apps).length === 0) apps['git'] = git();
  const rules = routerRules({ apps, shippedRules: shippedRouter.routing.rules ?? [], languages: survey.languages });
  const { version, defaults } = shippedRouter;
  return { path: 'router_config.json', type: 'router_config', text: jsonText({ version, apps, routing: { rules }, defaults }) };
}

/**
 * In words, which kinds of tasks no tool of a configuration can do on this machine: one sentence for the work of agents, one for that of linters, test runners and
 * the like; nothing where each has a tool.
 */
export function missingTaskKinds({ apps }: RouterConfig, tools: readonly FoundTool[]): readonly string[] {
  const commands = new Set(tools.map(({ command }) => command));
  const present = Object.values(apps).filter(({ command }) => command.includes('/') || commands.has(command));
  const shipped = Object.values(shippedRouter.apps);
  const kindsOf = (all: readonly App[]) => new Set(all.flatMap(({ capabilities }) => capabilities.task_kinds ?? []));
  const missing = (kinds: ReadonlySet<string>) => [...kinds].filter((kind) => !present.some((app) => doesKind(app, kind)));
  const byAgents = missing(kindsOf(shipped.filter(isAgent)));
  const byChecks = missing(kindsOf(shipped.filter((app) => !isAgent(app))));
  const names = [...new Set(shipped.filter(isAgent).map(({ command }) => command))];
  return [
    ...(byAgents.length === 0 ? [] : [`no tool can do ${byAgents.join(', ')}: none of the agents ${names.join(', ')} was found`]),
    ...(byChecks.length === 0 ? [] : [`no tool can do ${byChecks.join(', ')}: none that this project uses was found`]),
  ];
}

function shippedApps(survey: Survey, commands: ReadonlySet<string>): readonly (readonly [string, App])[] {
  return Object.entries(shippedRouter.apps).filter(
    ([toolId, app]) => commands.has(app.command) && usesShipped(survey, toolId, app),
  );
}

/** An agent works anywhere; whatever else ships is for projects of its kind, and for those in which nothing is written yet. */
function usesShipped(survey: Survey, toolId: string, app: App): boolean {
  if (isAgent(app)) return true;
  if (app.command === 'npx') return dependsOnPackage(survey, toolId);
  return survey.project.files.length === 0 || shippedUses[toolId]?.(survey) === true;
}

const shippedUses: Readonly<Record<string, (survey: Survey) => boolean>> = {
  ruff: (survey) => isPython(survey) && prefersRuff(survey, ['flake8', 'pylint']),
  'ruff-format': (survey) => isPython(survey) && prefersRuff(survey, ['black', 'yapf', 'autopep8']),
  pytest: isPython,
  'npm-test': (survey) => survey.manifests.node?.packageManager === 'npm' && hasScript(survey, 'test'),
  npm: (survey) => survey.manifests.node?.packageManager === 'npm' && hasScript(survey, 'build'),
  make: ({ manifests }) => manifests.make !== null,
  git: ({ versionControl }) => versionControl === null || versionControl === 'git',
};

/** A project that has chosen another tool for the work is not told what ruff thinks of it. */
function prefersRuff(survey: Survey, others: readonly string[]): boolean {
  return usesPythonTool(survey, 'ruff') || !others.some((name) => usesPythonTool(survey, name));
}

function catalogueApps(survey: Survey, commands: ReadonlySet<string>): readonly (readonly [string, App])[] {
  return catalogue
    .filter((tool) => tool.isUsed(survey))
    .map((tool) => [tool.toolId, appFor(tool, survey)] as const)
    .filter(([, app]) => app.command.startsWith('./') || commands.has(app.command));
}

function appFor({ app, wrapper, files }: CatalogueTool, survey: Survey): App {
  const args = [...(app.args ?? []), ...files(survey)];
  return { ...app, command: wrapper(survey) ?? app.command, args };
}

/** A tool that is asked by a prompt. */
function isAgent({ adapter }: App): boolean {
  return (adapter?.prompt ?? 'none') !== 'none';
}

function git(): App {
  const app = shippedRouter.apps['git'];
  invariant(app !== undefined, 'the shipped configuration of the router has git');
  return app;
}
