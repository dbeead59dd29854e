import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

const folder = join(import.meta.dirname, '../../examples/review');

/** What was decided and what breakers did, in order: `STEP: TOOL` with the tools that were cut and why, `TOOL: FROM -> TO`. */
async function routingOf(box: Sandbox): Promise<string[]> {
  const { value: events } = await box.json('events', '@latest');
  return events.flatMap(({ kind, payload }: { kind: string; payload: Record<string, never> }) => {
    if (kind === 'breaker_changed') return [`${payload['tool_id']}: ${payload['from']} -> ${payload['to']}`];
    if (kind !== 'route_decided') return [];
    const { tool_id, cut } = payload['decision'] as unknown as { tool_id: string; cut: { tool_id: string; why: string }[] };
    const cuts = cut.map((each) => ` (not ${each.tool_id}: ${each.why})`).join('');
    return [`${payload['step_id']}: ${tool_id}${cuts}`];
  });
}

test(
  'the review routes real work: in turn, to a fallback, past an open breaker, and back',
  { timeout: 90_000 },
  async ({ box }) => {
    const run = await box.cli('run', join(folder, 'review.yaml'));
    expect(run.code, run.stderr + run.stdout).toBe(0);
    expect(await routingOf(box)).toEqual([
      'check-basket: oxlint',
      'check-prices: tsc',
      'check-stock: oxlint',
      'review-basket: advisor',
      'review-prices: advisor',
      'review-prices: oxlint-advice (not advisor: attempts_spent)',
      'review-stock: advisor',
      'advisor: closed -> open',
      'review-stock: oxlint-advice (not advisor: attempts_spent)',
      'review-all: oxlint-advice (not advisor: breaker_open)',
      'advisor: open -> half_open',
      'review-again: advisor',
      'advisor: half_open -> closed',
      'page: report',
    ]);
    expect((await box.cli('logs', '@latest', 'review-prices', '--attempt', '2')).stdout).toContain('no-lonely-if');
    expect((await box.steps())['page'].outputs).toEqual({ entries: 5 });

    // Turns outlive the run, and a validator that refuses a result makes its step fail.
    const again = box.write(
      'again.yaml',
      `name: again
working_directory: ${JSON.stringify(folder)}
steps:
  check: { task: lint, domain: javascript, resource_scope: { read: [sources/stock.js] } }
  page:
    task: documentation
    working_directory: ${JSON.stringify(box.folder)}
    prompt: "- stock.js ended: succeeded"
    env: { REPORT_MARK: "*" }
    resource_scope: { create: [review.md] }
`,
    );
    const refused = await box.cli('run', again, '--router', join(folder, 'router_config.json'));
    expect(refused.code, refused.stderr + refused.stdout).toBe(1);
    expect(await box.json('show', '@latest')).toMatchObject({
      value: {
        steps: [
          { step_id: 'check', tool_id: 'tsc' },
          { step_id: 'page', state: 'failed', reason: { kind: 'verificationFailed', check: 'validate_with.prettier' } },
        ],
      },
    });
  },
);
