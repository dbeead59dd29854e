import type { RouterConfig } from '../router-config.ts';
import { headerOf } from './doc-meta.ts';

/** Two tools that edit and one that checks, with bounds. */
export const routerConfigExample: RouterConfig = {
  meta: headerOf('router_config', 'other', 'Routing of the payment service'),
  version: '1.0.0',
  apps: {
    claude: {
      kind: 'tool',
      command: 'claude',
      args: ['--print', '--output-format', 'json'],
      capabilities: { task_kinds: ['code_edit', 'analysis'], domains: ['python'] },
      limits: { max_parallel: 2, timeout_seconds: 1800 },
      safety_tier: 'medium',
      adapter: {
        prompt: 'stdin',
        result: {
          format: 'json',
          result_pointer: '/result',
          cost_pointer: '/total_cost_usd',
          error_pointer: '/is_error',
          cost_pattern: 'cost: \\$([0-9.]+)',
        },
        outcomes: [{ exit_codes: [75], pattern: 'rate limit', means: 'try_another', because: 'its quota is used up' }],
        environment: { CLAUDE_CODE_ENTRYPOINT: 'stateyard' },
        version_args: ['--version'],
        breaker: { failure_threshold: 3, recovery_timeout_seconds: 120, half_open_max_calls: 1 },
      },
    },
    codex: { kind: 'tool', command: 'codex', capabilities: { task_kinds: ['code_edit'] } },
    ruff: { kind: 'validator', command: 'ruff', args: ['check'], capabilities: { task_kinds: ['lint'], domains: ['python'] } },
  },
  routing: {
    rules: [
      {
        id: 'risky-edits',
        description: 'Edits that may do harm are checked.',
        match: { task_kind: ['code_edit'], risk_tier: ['high'], complexity: ['complex', 'expert'], domain: ['python'] },
        select_from: ['claude'],
        strategy: 'fixed',
        fallback_to: ['codex'],
        validate_with: ['ruff'],
        required: true,
      },
      { id: 'simple-edits', match: { task_kind: ['code_edit'], complexity: 'simple' }, strategy: 'round_robin' },
    ],
  },
  defaults: {
    max_attempts: 2,
    timeout_seconds: 900,
    strategy: 'fixed',
    breaker: { failure_threshold: 5, recovery_timeout_seconds: 60, half_open_max_calls: 1 },
  },
  budget: { calls: 40, minutes: 90, cost: 12.5, tools: { claude: { calls: 20, minutes: 60, cost: 10 } } },
};
