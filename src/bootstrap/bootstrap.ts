import { loadProfile } from '../profiles/load-profiles.ts';
import { findChecks } from './checks/find-checks.ts';
import { chooseProfile } from './choose-profile.ts';
import { generateWorkflow } from './generate/first-workflow.ts';
import { generateProfile } from './generate/project-profile.ts';
import { generateRouterConfig } from './generate/router-config.ts';
import type { BootstrapParts } from './parts.ts';
import { presentResourceTypes } from './present-resources.ts';
import { runBootstrap, type BootstrapOutcome, type BootstrapRequest } from './run-bootstrap.ts';
import { surveyProject } from './survey/survey-project.ts';
import { findTools } from './tools/find-tools.ts';

const parts: BootstrapParts = {
  surveyProject,
  findTools,
  chooseProfile,
  loadProfile,
  presentResourceTypes,
  findChecks,
  generateProfile,
  generateRouterConfig,
  generateWorkflow,
};

/** Bootstraps a project; see {@link runBootstrap}. */
export function bootstrap(request: BootstrapRequest): Promise<BootstrapOutcome> {
  return runBootstrap(request, parts);
}
