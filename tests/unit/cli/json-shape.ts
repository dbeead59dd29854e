import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { documents } from '../../../schemas/registry.ts';

/** Fails unless `value` is what the JSON Schema of the document says. Formats are left to the patterns that zod writes beside them. */
export async function expectDocument(name: string, value: unknown): Promise<void> {
  const entry = documents.find((document) => document.name === name);
  if (entry === undefined) throw new Error(`no document ${name}`);
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const validate = ajv.compile(await entry.load());
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
}
