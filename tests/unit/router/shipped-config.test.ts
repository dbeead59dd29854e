import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { worksIn, doesKind } from '../../../router/capability.ts';
import { configProblems } from '../../../router/config-problems.ts';
import { decide } from '../../../router/decide.ts';
import { invocationOf } from '../../../router/invocation.ts';
import { judgeEnd } from '../../../router/judge.ts';
import { compilePattern } from '../../../router/judge-pattern.ts';
import { appOf, toolsOf } from '../../../router/queries.ts';
import type { Outcome } from '../../../schemas/outcome.ts';
import { routerConfigSchema } from '../../../schemas/router-config.ts';
import type { App, RouterConfig } from '../../../schemas/router-config.ts';
import { conditionsWith, requestOf } from './route-fixture.ts';

const root = path.resolve(import.meta.dirname, '../../..');

function configIn(file: string): RouterConfig {
  return routerConfigSchema.parse(JSON.parse(readFileSync(path.join(root, file), 'utf8')));
}

const config = configIn('router/router_config.json');
const agents = ['claude', 'codex', 'gemini', 'aider', 'claude-review', 'codex-review', 'gemini-review'];

function app(toolId: string): App {
  const found = appOf(config, toolId);
  if (found === null) throw new Error(`there is no tool ${toolId}`);
  return found;
}

function argsOf(toolId: string): string {
  return (app(toolId).args ?? []).join(' ');
}

describe.each(['router/router_config.json', 'examples/review/router_config.json'])('%s', (file) => {
  const { apps, routing } = configIn(file);

  test('has no problem', () => {
    expect(configProblems(configIn(file))).toEqual([]);
  });

  test('has patterns that can be searched for in bounded time', () => {
    const patterns = Object.values(apps).flatMap(({ adapter }) => [
      ...(adapter?.outcomes ?? []).map(({ pattern }) => pattern),
      adapter?.result?.cost_pattern,
    ]);
    const faults = patterns.map((pattern) => compilePattern(pattern ?? '')).filter((compiled) => 'problem' in compiled);
    expect(faults).toEqual([]);
  });

  test('has for every kind and domain that a rule takes a tool of that rule', () => {
    const missing = (routing.rules ?? []).flatMap(({ id, match, select_from = [], fallback_to = [] }) =>
      (match.task_kind ?? []).flatMap((kind) =>
        (match.domain ?? ['']).flatMap((domain) => {
          const able = [...select_from, ...fallback_to].some((toolId) => {
            const tool = apps[toolId];
            return tool !== undefined && doesKind(tool, kind) && worksIn(tool, domain);
          });
          return able ? [] : [`${id}: ${kind} ${domain}`];
        }),
      ),
    );
    expect(missing).toEqual([]);
  });

  test('tells for every rule of an outcome what it means in words', () => {
    const silent = Object.entries(apps).filter(([, { adapter }]) =>
      (adapter?.outcomes ?? []).some(({ because = '' }) => because.trim() === ''),
    );
    expect(silent.map(([toolId]) => toolId)).toEqual([]);
  });
});

describe('the shipped tools', () => {
  test('are those that the page about them tells of', () => {
    const page = readFileSync(path.join(root, 'docs/tools.md'), 'utf8');
    const told = [...page.matchAll(/^\| `([a-z-]+)` +\| `/gm)].map(([, toolId]) => toolId);
    expect(new Set(told)).toEqual(new Set(toolsOf(config)));
  });

  test('leave the safeguards of agents on', () => {
    const off = /dangerous|bypass|yolo|skip-(permissions|trust)|danger-full-access|full-auto|--no-verify|approval-mode plan/;
    expect(toolsOf(config).filter((toolId) => off.test(argsOf(toolId)))).toEqual([]);
    expect(argsOf('aider')).toContain('--no-suggest-shell-commands --no-auto-lint --no-auto-test');
    for (const toolId of ['claude-review', 'codex-review', 'gemini-review'])
      expect(argsOf(toolId), toolId).toMatch(
        /--disallowedTools Edit,Write,NotebookEdit|--sandbox read-only|--approval-mode default/,
      );
  });

  test('hold no secret', () => {
    const named = Object.values(config.apps).flatMap(({ adapter }) => Object.keys(adapter?.environment ?? {}));
    expect(named.filter((name) => /key|token|secret|password/i.test(name))).toEqual([]);
    expect(JSON.stringify(config)).not.toMatch(/\b(sk|ghp|AIza)[-_][\w-]{8,}/);
  });

  const callOf = (toolId: string, read: string[]) => {
    const draft = requestOf();
    const resource_scope = { ...draft.resource_scope, read };
    const request = { ...draft, resource_scope, request_id: '01HZZZZZZZZZZZZZZZZZZZZZZZ', project_id: 'shop' };
    const paths = { promptFile: '/run/prompt.md', requestFile: '/run/request.json' };
    const invocation = invocationOf(app(toolId), { toolId, promptText: 'Rename it.', ...paths, request });
    if ('problem' in invocation) throw new Error(invocation.problem);
    return invocation;
  };

  test('check what a task may read, where they take patterns', () => {
    expect(callOf('eslint', ['src/**', 'a.js']).argv).toEqual(['npx', '--no-install', 'eslint', 'src/**', 'a.js']);
    expect(callOf('prettier', ['**']).argv.at(-1)).toBe('.');
  });

  test.each(agents)('%s is given its prompt', (toolId) => {
    const invocation = callOf(toolId, ['src/**']);
    expect(invocation.argv.join(' ')).not.toMatch(/[{}]/);
    if (toolId === 'aider') expect(invocation.argv.slice(0, 3)).toEqual(['aider', '--message-file', '/run/prompt.md']);
    else expect(invocation.files[invocation.stdin ?? '']).toBe('Rename it.');
  });
});

describe('the shipped rules', () => {
  const picked = (task_kind: string, domain = '', risk_tier = 'low', missing: readonly string[] = []) => {
    const conditions = conditionsWith({ missing: new Map(missing.map((toolId) => [toolId, 'not found'])) });
    const decision = decide(config, requestOf({ task_kind, domain, risk_tier }), null, conditions);
    return `${decision.rule} ${decision.tool_id} ${decision.validators.join()}`.trim();
  };

  test.each([
    ['code_edit', 'go', 'low', 'edits claude'],
    ['refactor', 'go', 'critical', 'risky-edits claude git'],
    ['code_review', 'rust', 'high', 'reviews claude-review'],
    ['lint', 'python', 'low', 'lint-python ruff'],
    ['lint', 'typescript', 'low', 'lint-javascript eslint'],
    ['lint', '', 'low', 'lint-any ruff'],
    ['validation', 'go', 'low', 'validation-any git'],
    ['format', 'yaml', 'low', 'format-web prettier'],
    ['format', '', 'low', 'format-any ruff-format'],
    ['test', 'javascript', 'low', 'test-javascript vitest'],
    ['test', '', 'low', 'test-any pytest'],
    ['build', 'c', 'low', 'build-any make'],
    ['build', 'typescript', 'low', 'build-javascript npm'],
  ])('route %s of domain "%s" at risk %s: %s', (kind, domain, risk, expected) => {
    expect(picked(kind, domain, risk)).toBe(expected);
  });

  test('go on to the next agent where one is not installed', () => {
    expect(picked('code_edit', '', 'low', ['claude'])).toBe('edits codex');
    expect(picked('code_edit', '', 'high', ['claude', 'codex'])).toBe('risky-edits gemini git');
    expect(picked('test', 'typescript', 'low', ['vitest'])).toBe('test-javascript npm-test');
  });
});

/** The end of a tool, from its exit code and what it printed. */
function endOf(toolId: string, exitCode: number, output: string) {
  const outcome: Outcome = exitCode === 0 ? { kind: 'succeeded', exitCode } : { kind: 'exitNonZero', exitCode };
  const judged = judgeEnd(app(toolId), outcome, output);
  return { ...judged, means: judged.outcome.kind === 'judged' ? judged.outcome.means : judged.outcome.kind };
}

describe('what agents print', () => {
  const claude = (given: object) => `${JSON.stringify({ type: 'result', subtype: 'success', is_error: false, ...given })}\n`;
  const codex = (...events: readonly object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const gemini = (given: object) => `Loaded cached credentials.\n${JSON.stringify({ session_id: 's', ...given }, null, 2)}\n`;

  test('claude: answer and cost', () => {
    const output = claude({ duration_ms: 2_100, num_turns: 3, result: 'Renamed. No limit reached.', total_cost_usd: 0.0123 });
    expect(endOf('claude', 0, output)).toMatchObject({
      means: 'succeeded',
      result: 'Renamed. No limit reached.',
      costUsd: 0.0123,
      breaker: 'succeeded',
    });
  });

  test.each([
    ['try_another', { is_error: true, api_error_status: 529, result: 'API Error: Repeated 529 Overloaded errors' }],
    ['try_another', { is_error: true, api_error_status: 401, result: 'Failed to authenticate' }],
    ['try_another', { is_error: true, result: "You've hit your session limit · resets 3:45pm" }],
    ['try_another', { is_error: true, result: 'Credit balance is too low' }],
    ['try_another', { is_error: true, result: 'Not logged in · Please run /login' }],
    ['never_retry', { is_error: true, result: 'Prompt is too long' }],
    ['retry', { is_error: true, subtype: 'error_during_execution', total_cost_usd: 0.5 }],
    ['exitNonZero', { result: 'an answer that says "is_error":true, limit reached and "api_error_status":429' }],
  ])('claude: %s of %j', (means, given) => {
    expect(endOf('claude', 1, claude(given)).means).toBe(means);
  });

  test('codex: the last message among its events', () => {
    const output = codex(
      { type: 'thread.started', thread_id: '0199' },
      { type: 'error', message: 'Reconnecting... 1/5 (429 Too Many Requests)' },
      { type: 'item.completed', item: { id: 'item_0', type: 'reasoning', text: '**Looking**' } },
      { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text: 'Renamed.' } },
      { type: 'turn.completed', usage: { input_tokens: 24_763, output_tokens: 122 } },
    );
    expect(endOf('codex', 0, output)).toMatchObject({ means: 'succeeded', result: 'Renamed.', costUsd: null });
  });

  test.each([
    ['try_another', 1, codex({ type: 'turn.failed', error: { message: "You've hit your usage limit. Try again at 3:28 PM." } })],
    ['try_another', 1, 'ERROR: exceeded retry limit, last status: 429 Too Many Requests\n'],
    ['try_another', 1, codex({ type: 'turn.failed', error: { message: 'unexpected status 401 Unauthorized' } })],
    ['try_another', 1, 'Not inside a trusted directory and --skip-git-repo-check was not specified.\n'],
    ['try_another', 2, "error: unexpected argument '--json' found\n"],
    ['exitNonZero', 1, codex({ type: 'turn.failed', error: { message: 'the stream ended early' } })],
  ])('codex: %s of exit code %i with %j', (means, exitCode, output) => {
    expect(endOf('codex-review', exitCode, output).means).toBe(means);
  });

  test('gemini: the answer, which stands over several lines of JSON', () => {
    const output = gemini({ response: 'Renamed.\nQuota exceeded is handled.', stats: { models: {} } });
    expect(endOf('gemini', 0, output)).toMatchObject({ means: 'succeeded', result: 'Renamed.\nQuota exceeded is handled.' });
  });

  test.each([
    ['try_another', 41, 'Please set an Auth method\n'],
    ['never_retry', 42, 'No input provided via stdin.\n'],
    ['try_another', 429 % 256, gemini({ error: { type: 'ApiError', message: 'rate limit', code: 429 } })],
    ['try_another', 1, gemini({ error: { type: 'Error', message: 'You have exhausted your daily quota on this model.' } })],
    ['exitNonZero', 1, gemini({ error: { type: 'Error', message: 'the socket hung up', code: 1 } })],
  ])('gemini: %s of exit code %i with %j', (means, exitCode, output) => {
    expect(endOf('gemini-review', exitCode, output).means).toBe(means);
  });

  test('aider: the cost of the session, the last that it tells', () => {
    const output = [
      'Tokens: 2.1k sent, 120 received. Cost: $0.01 message, $0.01 session.',
      'Applied edit to src/shop.py',
      'Tokens: 3.4k sent, 80 received. Cost: $0.0021 message, $0.0121 session.',
      '',
    ].join('\n');
    expect(endOf('aider', 0, output)).toMatchObject({ means: 'succeeded', costUsd: 0.0121 });
  });

  test.each([
    ['try_another', 'litellm.AuthenticationError: AnthropicException - invalid x-api-key\n'],
    [
      'try_another',
      'litellm.RateLimitError: slow down\nRetrying in 16.0 seconds...\nlitellm.RateLimitError: slow down\nRetrying in 32.0 seconds...\n',
    ],
    ['try_another', 'No LLM model was specified and no API keys were provided.\n'],
    ['succeeded', 'litellm.RateLimitError: slow down\nRetrying in 0.2 seconds...\nTokens: 2k sent, 1k received.\n'],
  ])('aider, which ends with 0 after most errors: %s of %j', (means, output) => {
    expect(endOf('aider', 0, output).means).toBe(means);
  });
});

describe('what checkers print', () => {
  const notInstalled = 'npm error npx canceled due to missing packages and no YES option: ["eslint@10.15.0"]\n';

  test.each([
    ['ruff', 0, 'All checks passed!\n', 'succeeded'],
    ['ruff', 0, 'warning: No Python files found under the given path(s)\nAll checks passed!\n', 'try_another'],
    ['ruff', 1, 'a.py:1:8: F401 [*] `os` imported but unused\nFound 1 error.\n', 'never_retry'],
    ['ruff', 2, "error: unexpected argument '--bogus' found\n", 'try_another'],
    ['ruff-format', 1, '1 file would be reformatted\n', 'never_retry'],
    ['eslint', 1, '2 problems (2 errors, 0 warnings)\n', 'never_retry'],
    ['eslint', 1, notInstalled, 'try_another'],
    ['eslint', 1, 'npm error code ENOTFOUND\nnpm error network request failed\n', 'try_another'],
    ['eslint', 2, "ESLint couldn't find an eslint.config.* file.\n", 'try_another'],
    ['prettier', 1, '[warn] Code style issues found in the above file.\n', 'never_retry'],
    ['prettier', 2, '[error] No supported files were found in the directory: ".".\n', 'try_another'],
    ['prettier', 2, '[error] a.js: SyntaxError: Unexpected token (2:1)\n', 'never_retry'],
    ['pytest', 1, '1 failed in 0.02s\n', 'never_retry'],
    ['pytest', 2, '!!!!! Interrupted: 1 error during collection !!!!!\n', 'never_retry'],
    ['pytest', 2, '!!!!! KeyboardInterrupt !!!!!\n', 'exitNonZero'],
    ['pytest', 5, 'no tests ran in 0.00s\n', 'try_another'],
    ['vitest', 1, 'Tests  1 failed | 3 passed (4)\n', 'never_retry'],
    ['vitest', 1, '\u001b[31mNo test files found, exiting with code 1\n\u001b[39m', 'try_another'],
    ['npm-test', 1, 'Error: no test specified\n', 'try_another'],
    ['npm-test', 1, 'npm error Missing script: "test"\n', 'try_another'],
    ['npm-test', 1, '1 failing\n', 'never_retry'],
    ['npm', 254, 'npm error code ENOENT\nnpm error enoent Could not read package.json: Error: ENOENT\n', 'try_another'],
    ['npm', 2, 'src/a.ts(1,1): error TS2304\n', 'never_retry'],
    ['make', 2, 'make: *** No targets specified and no makefile found.  Stop.\n', 'try_another'],
    ['make', 2, 'make: *** [Makefile:1: all] Error 1\n', 'never_retry'],
    ['git', 2, 'a:1: trailing whitespace.\n', 'never_retry'],
    ['git', 128, "fatal: ambiguous argument 'HEAD': unknown revision\n", 'try_another'],
  ])('%s with exit code %i and %j: %s', (toolId, exitCode, output, means) => {
    const end = endOf(toolId, exitCode, output);
    expect(end.means).toBe(means);
    // A finding is no fault of the tool that found it.
    expect(end.breaker).toBe(means === 'never_retry' || means === 'succeeded' ? 'succeeded' : 'failed');
  });
});
