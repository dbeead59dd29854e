import * as z from 'zod';

/** `stateyard schema --json`: the documents that have a JSON Schema. */
export const schemaListSchema = z.strictObject({
  documents: z.array(z.strictObject({ name: z.string(), summary: z.string() })),
});

/** See {@link schemaListSchema}. */
export type SchemaList = z.infer<typeof schemaListSchema>;
