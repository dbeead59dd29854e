import type { ExecutionRequest } from '../schemas/execution-request.ts';

/** Everything of an execution request that is known before its run: the rest are ids and times. */
export type RequestDraft = Omit<ExecutionRequest, 'request_id' | 'project_id' | 'origin' | 'prompt_spec'>;
