import type * as z from 'zod';

/** A document that has a JSON Schema. Nothing is loaded before one of its functions is called. */
export interface DocumentEntry {
  readonly name: string;
  readonly summary: string;
  /** The zod schema, which is what counts for the files that are read. */
  readonly schema: () => Promise<z.ZodType>;
  /** The JSON Schema, draft 2020-12, with its `$id` and its examples. A fresh object on each call. */
  readonly load: () => Promise<Record<string, unknown>>;
}

/** What a document is made of; `jsonSchema` where it is not what zod makes of `schema`. */
export interface DocumentParts {
  readonly schema: () => Promise<z.ZodType>;
  readonly examples?: () => Promise<readonly unknown[]>;
  readonly jsonSchema?: () => Promise<Record<string, unknown>>;
}

/** The entry of a document. */
export function documentEntry(name: string, summary: string, parts: DocumentParts): DocumentEntry {
  const head = { $id: `urn:stateyard:schema:${name}:v1`, title: `stateyard ${name}`, description: summary };
  return {
    name,
    summary,
    schema: parts.schema,
    async load() {
      const [body, examples] = await Promise.all([(parts.jsonSchema ?? made)(), parts.examples?.()]);
      return { ...head, ...body, ...(examples && { examples }) };
    },
  };

  async function made(): Promise<Record<string, unknown>> {
    const [{ toJSONSchema }, schema] = await Promise.all([import('./json-schema.ts'), parts.schema()]);
    return toJSONSchema(schema, { target: 'draft-2020-12' }) as Record<string, unknown>;
  }
}
