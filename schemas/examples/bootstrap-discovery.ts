import type { BootstrapDiscovery } from '../bootstrap-discovery.ts';
import { headerOf } from './doc-meta.ts';

/** What was found in a Python service. */
export const bootstrapDiscoveryExample: BootstrapDiscovery = {
  meta: headerOf('bootstrap_discovery', 'run_artifact', 'A scan of the payment service'),
  project_root: '/home/ada/payments',
  project_name: 'payments',
  domain: 'software-dev',
  domain_confidence: 0.92,
  languages: [
    { language: 'Python', percentage: 91.4, file_count: 84 },
    { language: 'Shell', percentage: 8.6, file_count: 3 },
  ],
  frameworks: [{ framework: 'Django', indicator: 'pyproject.toml: project.dependencies' }],
  resource_types: ['python_source', 'python_test'],
  available_tools: [{ tool_id: 'pytest', detected_via: 'PATH', version: '8.3.4' }],
  existing_ci: 'GitHub Actions',
  vcs: 'git',
  inferred_constraints: { tests_must_pass: true, lint_required: true, patch_only: true },
  directory_structure: {
    src_dirs: ['src'],
    test_dirs: ['tests'],
    doc_dirs: ['docs'],
    config_dirs: ['.github'],
    script_dirs: ['scripts'],
  },
  discovery_timestamp: '2026-02-04T09:00:00Z',
};
