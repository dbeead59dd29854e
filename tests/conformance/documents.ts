import type { ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Sandbox } from './sandbox.ts';

// Formats are left to the patterns that the schemas hold beside them.
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validators = new Map<string, Promise<ValidateFunction>>();

/** Expects that a value is the document that `stateyard schema NAME` describes. */
export async function expectDocument(box: Sandbox, name: string, value: unknown): Promise<void> {
  // Before the first await: tests that run side by side must not compile it twice, which ajv refuses.
  const compiled = validators.get(name) ?? compile(box, name);
  validators.set(name, compiled);
  const validate = await compiled;
  const valid = validate(value);
  expect(valid, `${name}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`).toBe(true);
}

async function compile(box: Sandbox, name: string): Promise<ValidateFunction> {
  const { code, stdout } = await box.cli('schema', name);
  expect(code).toBe(0);
  return ajv.compile(JSON.parse(stdout));
}
