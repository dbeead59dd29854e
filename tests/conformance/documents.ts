import type { ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Sandbox } from './sandbox.ts';

// Formats are left to the patterns that the schemas hold beside them.
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validators = new Map<string, ValidateFunction>();

/** Expects that a value is the document that `stateyard schema NAME` describes. */
export async function expectDocument(box: Sandbox, name: string, value: unknown): Promise<void> {
  let validate = validators.get(name);
  if (validate === undefined) {
    const { code, stdout } = await box.cli('schema', name);
    expect(code).toBe(0);
    validate = ajv.compile(JSON.parse(stdout));
    validators.set(name, validate);
  }
  const valid = validate(value);
  expect(valid, `${name}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`).toBe(true);
}
