import { documents } from '../../../schemas/registry.ts';
import { UserError, exitCodes } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { Suggestion } from '../../workflow/suggestion.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { outputLook } from '../look.ts';
import type { SchemaOptions } from '../options.ts';
import { formatTable } from '../render/table.ts';

/** `stateyard schema [NAME]`: prints one JSON Schema (always JSON), or the list of documents. */
export async function run(options: SchemaOptions, io: Io): Promise<ExitCode> {
  if (options.name === null) listDocuments(options.json, io);
  else io.stdout(`${JSON.stringify(await schemaOf(options.name), null, 2)}\n`);
  return exitCodes.succeeded;
}

function listDocuments(json: boolean, io: Io): void {
  const list = documents.map(({ name, summary }) => ({ name, summary }));
  if (json) return printJson(io, { documents: list });
  const rows = list.map(({ name, summary }) => [name, summary]);
  io.stdout(formatTable([{ heading: 'NAME' }, { heading: 'DOCUMENT', mayShrink: true }], rows, outputLook(io)));
}

async function schemaOf(name: string): Promise<Record<string, unknown>> {
  const found = documents.find((document) => document.name === name);
  if (found) return await found.load();
  const guess = new Suggestion().hint(
    name,
    documents.map((document) => document.name),
  );
  throw new UserError(exitCodes.notFound, 'document_not_found', `there is no document "${name}"`, {
    hint: guess ?? '`stateyard schema` lists the documents',
  });
}
