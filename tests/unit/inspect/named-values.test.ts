import { describe, expect, it } from 'vitest';
import type { RunId } from '../../../schemas/ids.ts';
import { namedValues } from '../../../src/inspect/named-values.ts';
import { secretsAmong } from '../../../src/inspect/redact.ts';
import { requireWorkflow } from '../../../src/workflow/load.ts';

const text = `
name: sample
params: { first: { type: string }, second: { type: string, default: plain }, api_token: { type: integer } }
env: { GH_TOKEN: 'Bearer \${{ params.first }}', MODE: fast }
steps:
  login: { run: echo, outputs: { word: string } }
  ship:
    needs: login
    env: { DB_PASSWORD: "\${{ steps.login.outputs.word }}", SESSION_COOKIE: '\${{ env.GH_TOKEN }}', PRIVATE_KEY: written-out }
    run: echo
`;
const { workflow } = requireWorkflow({ path: 'sample.yaml', text });
const given = {
  params: { first: 'from-a-parameter', second: 'plain-value', api_token: 1234567 },
  steps: { login: { state: 'succeeded' as const, outputs: { word: 'from-an-output' } } },
  run: { id: '01KZ0000000000000000000000' as RunId, workflow: 'sample' },
};

describe('the values that are secrets by their names', () => {
  it('are those of parameters and variables, and of what a variable was made from', () => {
    expect(new Set(secretsAmong(namedValues(workflow, given)))).toEqual(
      new Set(['1234567', 'from-a-parameter', 'Bearer from-a-parameter', 'from-an-output', 'written-out']),
    );
  });

  it('are told as far as the steps have come', () => {
    const values = namedValues(workflow, { ...given, steps: {} });
    expect(values).toContainEqual(['GH_TOKEN', 'Bearer from-a-parameter']);
    expect(values.map(([, value]) => value)).not.toContain('from-an-output');
  });

  it('are those of the parameters where the workflow cannot be read any more', () => {
    expect(secretsAmong(namedValues(null, given))).toEqual(['1234567']);
  });
});
