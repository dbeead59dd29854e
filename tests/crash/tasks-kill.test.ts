import { describe, expect } from 'vitest';
import { test, until, type Parsed, type Sandbox } from '../conformance/sandbox.ts';
import { oneTask, writeTools } from '../conformance/tool-box.ts';

const script = 'echo in >> "$TRACE"; read go < "$GATE"; echo out >> "$TRACE"';

/** The calls that the store counts of the tool `a`. */
async function counted(box: Sandbox): Promise<Parsed> {
  const { value } = await box.json('tools');
  return value.tools.find(({ tool_id: tool }: Parsed) => tool === 'a').figures;
}

describe.concurrent('after kill -9 of the engine while a routed tool is at work, resume', () => {
  test('waits for the call, counts it once, and keeps its decision', async ({ box }) => {
    writeTools(box, { a: { script, app: { limits: { max_parallel: 1 } } } }, { budget: { calls: 1 } });
    const run = box.start(['run', oneTask(box), '--id', box.id]);
    await box.traced('in');
    run.kill('SIGKILL');
    await run.ended;
    const resumed = box.start(['resume', box.id, '--json']);
    await until('the run was taken up', () => resumed.stdout().includes('run_resumed'));
    box.open();
    expect((await resumed.ended).code).toBe(0);
    expect(box.trace()).toEqual(['in', 'out']);
    expect(await counted(box)).toMatchObject({ calls: 1, succeeded: 1 });
    const { lines } = await box.json('events', box.id);
    expect(lines.flat().filter(({ kind }: Parsed) => kind === 'route_decided')).toHaveLength(1);
  });

  test('routes again where the tool was killed as well, and the slot of the lost call is free', async ({ box }) => {
    writeTools(box, { a: { script, app: { limits: { max_parallel: 1 } } } });
    const run = box.start(['run', oneTask(box), '--id', box.id]);
    await box.traced('in');
    run.kill('SIGKILL');
    await run.ended;
    box.killTools();
    const resumed = box.start(['resume', box.id]);
    await box.traced('in', 2);
    box.open();
    const { code, stderr } = await resumed.ended;
    expect(code, stderr).toBe(0);
    expect(box.trace()).toEqual(['in', 'in', 'out']);
    expect(await counted(box)).toMatchObject({ succeeded: 1, failed: 0 });
  });

  test('makes a check again that was lost, and the tool is not called again', async ({ box }) => {
    writeTools(box, { a: { script: 'echo called >> "$TRACE"' } });
    const verify = '    verify:\n      - { id: slow, run: echo checking >> "$TRACE"; read go < "$GATE" }\n';
    const run = box.start(['run', oneTask(box, verify), '--id', box.id]);
    await box.traced('checking');
    run.kill('SIGKILL');
    await run.ended;
    box.killTools();
    const resumed = box.start(['resume', box.id]);
    await box.traced('checking', 2);
    box.open();
    const { code, stderr } = await resumed.ended;
    expect(code, stderr).toBe(0);
    expect(box.trace()).toEqual(['called', 'checking', 'checking']);
    expect((await box.steps(box.id))['it'].attempts).toBe(1);
  });
});
