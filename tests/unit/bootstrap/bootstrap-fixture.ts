import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { BootstrapParts } from '../../../src/bootstrap/parts.ts';
import type { ProjectCheck, Survey } from '../../../src/bootstrap/project.ts';
import { runBootstrap, type BootstrapOutcome, type BootstrapRequest } from '../../../src/bootstrap/run-bootstrap.ts';
import { loadProfile } from '../../../src/profiles/load-profiles.ts';

/** A folder of its own, removed at the end of the test; an absolute path without links. */
export function emptyProject(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stateyard-bootstrap-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

/** A valid document of each kind, small. */
export const texts = {
  profile: [
    'project_id: demo',
    'project_name: demo',
    "project_root: '.'",
    'domain: software-dev',
    'profile_id: software-dev-go',
    'resource_types: { go: {} }',
    'available_tools: [{ tool_id: go, command: go, capabilities: [test] }]',
    'framework_paths: { tasks_dir: t, ledger_dir: l, worktrees_dir: w, quarantine_dir: q, registry_file: r }',
    'constraints: { patch_only: true, tests_must_pass: true, max_lines_changed: 500 }',
    '',
  ].join('\n'),
  router:
    '{ "version": "1.0.0", "apps": { "go": { "kind": "tool", "command": "go", "capabilities": { "task_kinds": ["test"] } } }, "routing": { "rules": [] } }\n',
  workflow: 'name: demo\nsteps:\n  test:\n    run: go test ./...\n',
} as const;

const check: ProjectCheck = { id: 'lint', type: 'lint', command: ['golangci-lint', 'run'], needs: [], reason: '.golangci.yml' };

/** The survey of a small project in Go at `root`. */
export function surveyOf(root: string): Survey {
  return {
    project: {
      root,
      files: [],
      folders: [],
      rootEntries: [],
      warnings: ['away: a link, not followed'],
      has: () => false,
      readText: () => null,
      readStart: () => null,
    },
    name: 'demo',
    manifests: {
      node: null,
      python: null,
      go: { module: 'demo', hasWorkspace: false },
      rust: null,
      jvm: null,
      make: null,
      problems: ['package.json: not valid JSON'],
    },
    languages: [{ language: 'Go', kind: 'programming', bytes: 10, fileCount: 1, percentage: 100 }],
    frameworks: [{ framework: 'cobra', indicator: 'go.mod' }],
    directories: { src_dirs: ['cmd'], test_dirs: [], doc_dirs: [], config_dirs: [], script_dirs: [] },
    existingCi: 'github-actions',
    versionControl: 'git',
    inferred: { tests_must_pass: true, lint_required: false, patch_only: true, ascii_only: true },
  };
}

/** Parts that find a project in Go in which nothing is missing; `changed` replaces some of them. */
export function goParts(changed: Partial<BootstrapParts> = {}): BootstrapParts {
  return {
    surveyProject: surveyOf,
    findTools: () =>
      Promise.resolve([{ toolId: 'go', command: 'go', path: '/usr/bin/go', version: '1.23.4', capabilities: ['test'] }]),
    chooseProfile: () => ({
      profileId: 'software-dev-go',
      confidence: 0.9,
      reasons: ['go.mod'],
      considered: [{ profileId: 'software-dev-go', score: 0.9 }],
    }),
    loadProfile,
    presentResourceTypes: () => [{ type: 'go' }],
    findChecks: () => ({ checks: [], missing: [] }),
    generateProfile: () => ({ path: 'PROJECT_PROFILE.yaml', type: 'project_profile', text: texts.profile }),
    generateRouterConfig: () => ({ path: 'router_config.json', type: 'router_config', text: texts.router }),
    generateWorkflow: () => ({ path: 'stateyard.yaml', type: 'workflow', text: texts.workflow }),
    ...changed,
  };
}

/** Parts in which the program of a check is missing. */
export function withoutLinter(): BootstrapParts {
  return goParts({ findChecks: () => ({ checks: [], missing: [{ check, program: 'golangci-lint' }] }) });
}

/** Runs a bootstrap of `root` to its end. */
export function bootstrapOf(
  root: string,
  request: Partial<BootstrapRequest> = {},
  parts: BootstrapParts = goParts(),
): Promise<BootstrapOutcome> {
  const usual: BootstrapRequest = {
    root,
    searchPath: '',
    profileId: null,
    withPhases: false,
    force: false,
    dryRun: false,
    ask: null,
    signal: new AbortController().signal,
  };
  return runBootstrap({ ...usual, ...request }, parts);
}
