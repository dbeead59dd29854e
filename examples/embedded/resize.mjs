// Three steps that are functions of this program: run it with `node examples/embedded/resize.mjs`; kill it and run it again with the id it printed.
import { setTimeout } from 'node:timers/promises';
import { openStateyard } from 'stateyard';

const yard = await openStateyard({ folder: '.stateyard' });

yard.register('measure', (/** @type {import('stateyard').StepCall<{ name: string }>} */ { input }) => {
  return { width: input.name.length * 100 };
});
yard.register('resize', async (/** @type {import('stateyard').StepCall<{ width: number }>} */ { input, signal, log }) => {
  log(`to ${input.width} pixels`);
  await setTimeout(500, null, { signal });
  return { width: Math.min(input.width, 600) };
});

/** @type {import('stateyard').WorkflowObject} */
const workflow = {
  name: 'resize',
  params: { name: { type: 'string', default: 'portrait' } },
  steps: {
    measure: { function: 'measure', with: { name: '${{ params.name }}' }, outputs: { width: 'integer' } },
    resize: {
      needs: 'measure',
      function: 'resize',
      with: { width: '${{ steps.measure.outputs.width }}' },
      outputs: { width: 'integer' },
      timeout: '10s',
      retry: 3,
    },
    report: { needs: 'resize', command: ['echo', 'it is ${{ steps.resize.outputs.width }} pixels wide'] },
  },
};

const [, , runId] = process.argv;
const { runId: id, state } = await (runId === undefined ? yard.run({ workflow }) : yard.resume(runId));
console.log(`${id}: ${state}`);
for (const step of await yard.steps(id)) console.log(`${step.stepId}: ${step.state} ${JSON.stringify(step.outputs)}`);
await yard.close();
