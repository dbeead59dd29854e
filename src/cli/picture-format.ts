import { exitCodes, UserError } from '../errors.ts';
import type { PictureFormat } from './workflow-picture.ts';

/** The picture that --format asks for; null: text. UserError (exit 2) where --json is given with it. */
export function pictureFormat({
  format,
  json,
}: {
  readonly format: 'text' | PictureFormat | null;
  readonly json: boolean;
}): PictureFormat | null {
  if (format === null || format === 'text') return null;
  if (!json) return format;
  throw new UserError(exitCodes.usage, 'usage', `--json and --format ${format} exclude each other`);
}
