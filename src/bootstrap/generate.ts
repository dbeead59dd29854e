import type { GenerationReport } from '../../machines/bootstrap-model.ts';
import { UserError } from '../errors.ts';
import { loadRouterConfig } from '../routing/router-file.ts';
import type { GeneratedFile } from './artifact.ts';
import type { Discovered } from './discover.ts';
import { generatePhases } from './generate/phase-files.ts';
import { missingTaskKinds } from './generate/router-config.ts';
import type { BootstrapParts } from './parts.ts';
import type { FoundTool, ProjectChecks } from './project.ts';
import type { Selected } from './select-profile.ts';

/**
 * The files of a project: its profile, its router configuration, its first workflow where it has a check that can run, and with `withPhases` the phase templates of
 * the profile. What keeps a check out of the workflow is a shortfall; tasks that no tool here can do are but a warning: many machines have no agent.
 */
export function generateFiles(
  parts: BootstrapParts,
  { survey, tools }: Discovered,
  { choice, profile }: Selected,
  withPhases: boolean,
): GenerationReport {
  const checks = parts.findChecks(survey, tools);
  const workflow = parts.generateWorkflow(survey, checks);
  const router = parts.generateRouterConfig(survey, tools);
  const files = [
    parts.generateProfile({ survey, choice, profile, tools }),
    router,
    ...(workflow === null ? [] : [workflow]),
    ...(withPhases ? generatePhases(profile) : []),
  ];
  return {
    files: files.map(({ path, type, text }) => ({ path, type, text })),
    shortfalls: [
      ...missingPrograms(checks),
      ...(workflow === null ? ['there is no check of this project that could run here: no stateyard.yaml was generated'] : []),
    ],
    warnings: missingFrom(router, tools),
  };
}

function missingFrom(router: GeneratedFile, tools: readonly FoundTool[]): readonly string[] {
  try {
    return missingTaskKinds(loadRouterConfig(router), tools);
  } catch (error) {
    // The validation that follows says what is wrong with it.
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** One text a program: whoever installs it gets all of its checks. */
function missingPrograms({ missing }: ProjectChecks): string[] {
  const byProgram = new Map<string, string[]>();
  for (const { check, program } of missing) {
    byProgram.set(program, [...(byProgram.get(program) ?? []), `${check.id} (${check.reason})`]);
  }
  return [...byProgram].map(
    ([program, checks]) =>
      `the program ${program} was not found on PATH: left out ${checks.length === 1 ? 'is the check' : 'are the checks'} ${checks.join(', ')}`,
  );
}
