import type { Adapter, App } from '../../../../schemas/router-config.ts';
import type { Survey } from '../../project.ts';

type Outcome = NonNullable<Adapter['outcomes']>[number];

/** A tool that a router can use beside the shipped ones, where a project uses it. */
export interface CatalogueTool {
  readonly toolId: string;
  readonly app: App;
  /** Whether the project uses it, or is in its language, by what the survey shows. */
  readonly isUsed: (survey: Survey) => boolean;
  /** A program of the project that is started instead, such as `./mvnw`; null: the app's command. */
  readonly wrapper: (survey: Survey) => string | null;
  /** Arguments that name files of the project, after the app's own. */
  readonly files: (survey: Survey) => readonly string[];
}

/** What differs between tools that check a project. Times are in seconds, as in the configuration. */
interface Check {
  readonly toolId: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly kinds: readonly string[];
  /** Without: any. */
  readonly domains?: readonly string[];
  /** What they can do at worst: `low` reads, `medium` runs code of the project (docs/tools.md). */
  readonly tier: 'low' | 'medium';
  readonly timeout: number;
  readonly outcomes: readonly Outcome[];
  readonly versionArgs?: readonly string[];
  readonly isUsed: CatalogueTool['isUsed'];
  readonly wrapper?: CatalogueTool['wrapper'];
  readonly files?: CatalogueTool['files'];
}

/** A tool from what differs; one that builds is a `tool`, all others are validators; those that run code of the project run one at a time. */
export function check(given: Check): CatalogueTool {
  const { toolId, command, args, kinds, domains, tier, timeout, outcomes, versionArgs = ['--version'], isUsed } = given;
  return {
    toolId,
    app: {
      kind: kinds.includes('build') ? 'tool' : 'validator',
      command,
      args: [...args],
      capabilities: { task_kinds: [...kinds], ...(domains === undefined ? {} : { domains: [...domains] }) },
      limits: { max_parallel: tier === 'low' ? 2 : 1, timeout_seconds: timeout },
      safety_tier: tier,
      adapter: { outcomes: [...outcomes], version_args: [...versionArgs] },
    },
    isUsed,
    wrapper: given.wrapper ?? (() => null),
    files: given.files ?? (() => []),
  };
}

/** The tool did its work and says no; another would say the same. */
export function refuses(exitCodes: readonly number[], because: string): Outcome {
  return { exit_codes: [...exitCodes], means: 'never_retry', because };
}

/** The tool says no by what it prints, whatever its exit code. */
export function refusesBySaying(pattern: string, because: string): Outcome {
  return { pattern, means: 'never_retry', because };
}

/** The tool cannot work here; another may. */
export function declines(exitCodes: readonly number[], because: string): Outcome {
  return { exit_codes: [...exitCodes], means: 'try_another', because };
}

/** The tool says that there is nothing for it here, or that it lacks something. */
export function declinesBySaying(pattern: string, because: string): Outcome {
  return { pattern, means: 'try_another', because };
}

/** The reason of a tool that ends with an error of its own. */
export function cannotRun(name: string): string {
  return `${name} cannot run: its settings, its arguments or a fault of its own`;
}
