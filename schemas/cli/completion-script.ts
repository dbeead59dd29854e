import * as z from 'zod';

/** `stateyard completion --json`. */
export const completionScriptSchema = z.strictObject({ shell: z.enum(['bash', 'zsh', 'fish']), script: z.string() });

/** See {@link completionScriptSchema}. */
export type CompletionScript = z.infer<typeof completionScriptSchema>;
