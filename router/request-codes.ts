/** Every code of a request that cannot be built or made. They are the names of the specification; a code is never given another meaning. */
export const requestCodes = {
  phase_not_found: {
    title: 'Phase not found',
    explanation: 'The work names a phase, and there is no document of it, or another one was given. Give the file of that phase.',
  },
  phase_spec_invalid: {
    title: 'Phase is invalid',
    explanation: 'The document of the phase is not a phase_spec.v1, or a pattern of its scope is none.',
  },
  files_scope_violation: {
    title: 'Outside of the scope',
    explanation:
      'What a workstream or a task may read, write and create lies inside what the phase allows, and outside of what is forbidden. An absent list of a phase allows nothing; a pattern is relative to the root of the project.',
  },
  constraint_weakened: {
    title: 'Constraint is weakened',
    explanation:
      'A workstream may only tighten the constraints of its phase, and a task those of both: no greater number, no duty that is taken back, no other test command.',
  },
  tool_not_permitted_for_phase: {
    title: 'Tool is not permitted',
    explanation:
      'A tool that the task allows or prefers is not among the `allowed_tools` of its phase, is one of its `disallowed_tools`, or is not in the router configuration.',
  },
  no_routable_tool_for_phase: {
    title: 'No tool is left',
    explanation:
      'Of the candidates of the router, the task, its phase and what the tools can do leave none. `stateyard route` shows who was cut and why.',
  },
  prompt_spec_invalid: {
    title: 'Prompt is invalid',
    explanation: 'A prompt has a section OBJECTIVE that is not empty, no NUL character, and at most 512 KiB in all.',
  },
  request_invalid_schema: {
    title: 'Request is invalid',
    explanation:
      'The execution request that the task would become is not an execution_request.v1. The message says which value is wrong.',
  },
} as const satisfies Record<string, { readonly title: string; readonly explanation: string }>;

/** One of {@link requestCodes}. */
export type RequestCode = keyof typeof requestCodes;

/** Why a task does not become a request. */
export interface RequestProblem {
  readonly code: RequestCode;
  /** The document that holds the mistake. */
  readonly from: 'task' | 'workstream' | 'phase' | 'router';
  /** Where in it: keys and positions from 0, as execution_request and phase_spec name them (`resource_scope`, `constraints`, `allowed_tools`). */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint: string | null;
}
