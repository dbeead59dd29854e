import { exitCodes, UserError } from '../../errors.ts';
import type { Json } from '../formats/machine-config.ts';

/**
 * A value as a test can hold it: JSON, without what JSON leaves out. `undefined` in an object and numbers of `bigint` become texts that say so; actors become
 * their ids, as XState writes them.
 *
 * @throws UserError (exit code 3) for what JSON cannot hold at all: a circle, or a value whose `toJSON` throws.
 */
export function jsonCopy(value: unknown): Json {
  try {
    const text = JSON.stringify(value, (_, part: unknown) => {
      if (part === undefined) return '(undefined)';
      return typeof part === 'bigint' ? `${String(part)}n` : part;
    }) as string | undefined;
    return text === undefined ? null : (JSON.parse(text) as Json);
  } catch (error) {
    throw new UserError(exitCodes.invalidDefinition, 'not_json', 'the machine holds something that cannot be written as JSON', {
      hint: 'a test compares contexts and holds inputs and events as JSON: no object of theirs may hold itself',
      cause: error,
    });
  }
}
