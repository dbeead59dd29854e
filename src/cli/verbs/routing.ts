import { exitCodes } from '../../errors.ts';
import { defineVerb } from '../command.ts';
import { done, runNotFound } from './exit-meanings.ts';

/** `--router FILE` of every verb that routes. */
export const routerOption = {
  type: 'string',
  value: 'FILE',
  summary:
    'the router configuration; else router_config.json beside the workflow file, else beside the store, else the one that ships',
  completes: 'file',
} as const;

/** `--phase FILE` of every verb that routes. */
export const phaseOption = {
  type: 'string',
  value: 'FILE',
  summary: 'the phase_spec document that bounds what tasks may do',
  completes: 'file',
} as const;

/** `stateyard route`. */
export const routeVerb = defineVerb({
  name: 'route',
  summary: 'show which tool a task would be given to now, and why',
  description: [
    'With FILE and STEP for a task of a workflow, without them for work that the flags describe. Says which rule matches, its candidates in order, which of them are cut and why, which tool is picked and how its result is checked. The decision is made from the breakers, turns and figures of the store as they are; nothing is held, started or changed.',
    'Tools that are busy, or whose breaker is open, leave a task waiting or without a tool for now: that is an answer, with exit code 0. Where the configuration has no tool that could ever be picked the exit code is 3, as it is for `run`.',
  ],
  positionals: [
    { name: 'file', value: 'FILE', summary: 'the workflow file', completes: 'file' },
    { name: 'step', value: 'STEP', summary: 'one of its tasks', completes: 'step' },
  ],
  options: {
    'task-kind': { type: 'string', value: 'KIND', summary: 'without FILE: the kind of task, such as code_review' },
    domain: { type: 'string', value: 'NAME', summary: 'without FILE: its domain, such as typescript' },
    'risk-tier': { type: 'string', value: 'TIER', summary: 'without FILE: its risk tier' },
    complexity: {
      type: 'string',
      value: 'HOW',
      choices: ['trivial', 'simple', 'moderate', 'complex', 'expert'],
      summary: 'without FILE: its complexity; moderate where it is not given',
    },
    router: routerOption,
    phase: phaseOption,
  },
  examples: [
    { command: 'stateyard route review.yaml lint', text: 'the tool of one task, and why' },
    { command: 'stateyard route --task-kind code_review --domain python', text: 'without a workflow' },
  ],
  exitCodes: [
    done,
    {
      code: exitCodes.invalidDefinition,
      meaning: 'the file, the router configuration or the phase is invalid, or no tool may ever do the task',
    },
    { code: exitCodes.notFound, meaning: 'there is no such file, or the file has no such task' },
  ],
  json: { documents: ['route_report'], lines: 'never' },
});

/** `stateyard tools`. */
export const toolsVerb = defineVerb({
  name: 'tools',
  summary: 'list the tools of the router configuration: limits, breakers, figures',
  description: [
    'Each tool with its command, whether its program is found, what it can do, its limits, the state of its breaker and what was measured: its calls, how many succeeded, how long they took and what they cost. The duration is that of the newest 100 calls.',
  ],
  positionals: [],
  options: { router: routerOption },
  examples: [
    { command: 'stateyard tools', text: 'what there is here' },
    { command: "stateyard tools --json | jq -r '.tools[] | select(.program == null) | .tool_id'", text: 'what is not installed' },
  ],
  exitCodes: [
    done,
    { code: exitCodes.invalidDefinition, meaning: 'the router configuration is invalid' },
    { code: exitCodes.notFound, meaning: 'the file of --router does not exist' },
  ],
  json: { documents: ['tool_list'], lines: 'never' },
});

/** `stateyard stats`. */
export const statsVerb = defineVerb({
  name: 'stats',
  summary: 'show figures over all runs of the store and their tools',
  description: [
    'Runs by state, the share of those that succeeded, durations by workflow, the figures of each tool, open breakers and cost. Read from the index and from what tools have shown, never from the runs themselves, so that it takes as long for a run of ten thousand steps as for one of ten. The figures of tools outlive the runs that `gc` removes.',
  ],
  positionals: [],
  options: {},
  examples: [{ command: 'stateyard stats', text: 'how it has gone so far' }],
  exitCodes: [done],
  json: { documents: ['stats_report'], lines: 'never' },
});

/** `stateyard explain`. */
export const explainVerb = defineVerb({
  name: 'explain',
  summary: 'say why a run, or one of its steps, is in the state that it is in',
  description: [
    'For a run: why it is in its state, what it accepts next by its state chart, and what can be done. With STEP: what the step waits for, or why it ended as it did. For a task also its request, which rule picked its tool, every decision with the tools that were cut and why, and whether each decision comes out the same when it is computed again; whether the router configuration has changed since; and what its attempts and checks came to.',
  ],
  positionals: [
    {
      name: 'run',
      value: 'RUN',
      summary: 'a run id, an unambiguous prefix of one, @latest or @failed',
      required: true,
      completes: 'run',
    },
    { name: 'step', value: 'STEP', summary: 'one step of the run', completes: 'step' },
  ],
  options: {},
  examples: [
    { command: 'stateyard explain @latest', text: 'why it stands where it stands' },
    { command: 'stateyard explain @failed lint', text: 'why a step failed, and which tools were tried' },
  ],
  exitCodes: [done, runNotFound, { code: exitCodes.notFound, meaning: 'the run has no such step' }],
  json: { documents: ['explain_report'], lines: 'never' },
});
