import type { BootstrapReport } from '../bootstrap-report.ts';
import { headerOf } from './doc-meta.ts';

/** A bootstrap that wrote one file and would replace another. */
export const bootstrapReportExample: BootstrapReport = {
  meta: headerOf('bootstrap_report', 'run_artifact', 'The bootstrap of the payment service'),
  project_name: 'payments',
  domain: 'software-dev',
  profile_id: 'software-dev-python',
  profile_version: '1.0.0',
  status: 'ready',
  selection: {
    confidence: 0.92,
    reasons: ['91 % of the source is Python', 'pyproject.toml is there'],
    considered: [
      { profile_id: 'software-dev-python', score: 0.92 },
      { profile_id: 'generic', score: 0.1 },
    ],
  },
  discovery_summary: {
    languages: 'Python 91.4 %, Shell 8.6 %',
    version_control: 'git',
    ci_cd: 'GitHub Actions',
    frameworks: ['Django'],
  },
  generated_artifacts: [
    { path: 'PROJECT_PROFILE.yaml', type: 'project_profile', status: 'created', change: 'new' },
    {
      path: 'router_config.json',
      type: 'router_config',
      status: 'validated',
      change: 'replaced',
      diff: '--- a/router_config.json\n+++ b/router_config.json\n@@ -1 +1 @@\n-{}\n+{"version":"1.0.0"}\n',
    },
  ],
  directories_created: ['.stateyard'],
  configuration: { patch_only_mode: true, test_requirement: true, max_lines_per_patch: 400, available_tools: ['pytest'] },
  validation_results: {
    validation_status: 'passed',
    errors: [],
    warnings: ['mypy is configured but not installed'],
    auto_fixes_applied: 0,
    human_decisions_needed: 0,
  },
  next_steps: { for_human: ['stateyard run stateyard.yaml'], for_ai_agent: ['Read PROJECT_PROFILE.yaml.'] },
  initialization_time: '2026-02-04T09:00:01Z',
  ready_for_workstreams: true,
};
