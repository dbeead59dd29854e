import type { Profile } from '../profiles/profile.ts';
import type { GeneratedFile } from './artifact.ts';
import type { FoundTool, ProfileChoice, ProjectChecks, Survey } from './project.ts';

/** What a profile and its files are generated from. */
export interface ProfileInput {
  readonly survey: Survey;
  readonly choice: ProfileChoice;
  readonly profile: Profile;
  readonly tools: readonly FoundTool[];
}

/** Where programs are looked for: on `searchPath`, as PATH is written, and never in the project. Aborting stops what was started to ask for a version. */
export interface ToolSearch {
  readonly searchPath: string | undefined;
  readonly projectRoot: string;
  readonly signal: AbortSignal;
}

/** The parts of a bootstrap: how a project is looked at and what is made of it. None of them writes or executes anything of the project. */
export interface BootstrapParts {
  surveyProject(root: string): Survey;
  findTools(place: ToolSearch): Promise<readonly FoundTool[]>;
  chooseProfile(survey: Survey): ProfileChoice;
  /** `profileId` is one of the ids that Stateyard ships. */
  loadProfile(profileId: string): Profile;
  presentResourceTypes(survey: Survey, profile: Profile): readonly { readonly type: string }[];
  findChecks(survey: Survey, tools: readonly FoundTool[]): ProjectChecks;
  generateProfile(input: ProfileInput): GeneratedFile;
  generateRouterConfig(survey: Survey, tools: readonly FoundTool[]): GeneratedFile;
  /** Null where nothing can be checked. */
  generateWorkflow(survey: Survey, checks: ProjectChecks): GeneratedFile | null;
}
