import * as z from 'zod';
import { toolIdSchema } from '../../../schemas/ids.ts';
import { taskSpecSchema } from '../../../schemas/task-spec.ts';
import { positiveSchema, strategySchema, textsSchema } from '../../../schemas/work.ts';
import { promptSectionsSchema } from '../../../schemas/workflow-step.ts';
import { workstreamSpecSchema } from '../../../schemas/workstream-spec.ts';
import type { DocumentFile, DocumentPath } from './document-file.ts';

const tools = z.array(toolIdSchema, 'expected a list of tool ids').min(1, 'expected at least one tool');

const requestTemplate = z.strictObject(
  {
    classification: taskSpecSchema.shape.classification,
    routing: z
      .strictObject(
        {
          strategy: strategySchema.optional(),
          allowed_tools: tools.optional(),
          preferred_tools: tools.optional(),
          max_attempts: positiveSchema.optional(),
          timeout_seconds: positiveSchema.optional(),
        },
        'expected a mapping with strategy, allowed_tools, preferred_tools, max_attempts, timeout_seconds',
      )
      .optional(),
    telemetry: z
      .strictObject(
        { correlation_id: z.string('expected a text').optional(), trace_flags: textsSchema.optional() },
        'expected a mapping with correlation_id and trace_flags',
      )
      .optional(),
  },
  'expected a mapping with classification, routing, telemetry',
);

/**
 * A task_spec.v1 that can be run: the objects that the format leaves free are closed. `prompt_overrides` holds sections of the prompt,
 * `execution_request_template` those fields of the request that the task itself has no words for.
 */
export const taskDocumentSchema = taskSpecSchema.extend({
  prompt_overrides: promptSectionsSchema.optional(),
  execution_request_template: requestTemplate.optional(),
});

/** A workstream_spec.v1 whose tasks can be run, see {@link taskDocumentSchema}. */
export const workstreamDocumentSchema = workstreamSpecSchema.extend({
  tasks: z.array(taskDocumentSchema, 'expected a list of tasks').min(1, 'expected at least one task'),
});

/** See {@link taskDocumentSchema}. */
export type TaskDocument = z.infer<typeof taskDocumentSchema>;
/** See {@link workstreamDocumentSchema}. */
export type WorkstreamDocument = z.infer<typeof workstreamDocumentSchema>;

/** A task in its document: what is wrong with it is noted at a place that starts with `path`. */
export interface PlacedTask {
  readonly file: DocumentFile;
  readonly task: TaskDocument;
  readonly path: DocumentPath;
}
