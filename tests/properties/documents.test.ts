import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { fileDocuments } from '../../schemas/registry.ts';
import { checkDocument } from '../../src/workflow/check-document.ts';
import { Problems } from '../../src/workflow/problems.ts';
import { findNode } from '../../src/workflow/source-node.ts';
import { SourceText } from '../../src/workflow/source-text.ts';
import { parseYaml } from '../../src/workflow/yaml-document.ts';
import { mutated, mutationsOf, rulesOf, strangeKey } from './document-mutations.ts';
import type { Mutation } from './document-mutations.ts';
import type { Shape } from './document-shape.ts';
import { valuesOf, variantsOf } from './document-values.ts';

// The rules of a workflow go beyond its schema: properties/workflow-load.test.ts has them.
const framework = fileDocuments.filter(({ name }) => name !== 'workflow');

/** Where zod sees mistakes, also inside the branches of unions. */
function zodPaths(issues: readonly z.core.$ZodIssue[], base: readonly PropertyKey[] = []): string[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    const inner = issue.code === 'invalid_union' ? issue.errors.flatMap((each) => zodPaths(each, path)) : [];
    return [pointer(path), ...inner];
  });
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

async function makeJudge(entry: Entry) {
  const [schema, shape] = await Promise.all([entry.schema(), entry.load() as Promise<Shape>]);
  const definitions = shape.$defs ?? {};
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  const validate = ajv.compile(shape);
  const expectValid = (document: unknown): void => {
    const { error } = schema.safeParse(document);
    if (error === undefined && validate(document)) return;
    throw new Error(`zod: ${error?.message}, ajv: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(document)}`);
  };
  const expectRefused = (document: unknown, mutation: Mutation): void => {
    const broken = mutated(document, mutation);
    const places = [mutation.path, ...mutation.edits.map(({ at }) => at)].map(pointer);
    const seen = zodPaths(schema.safeParse(broken).error?.issues ?? []);
    validate(broken);
    const refused = validate.errors?.map(({ instancePath }) => instancePath) ?? [];
    if (places.some((place) => seen.includes(place)) && refused.includes(pointer(mutation.path))) return;
    throw new Error(`${mutation.rule}: zod at ${seen.join()}, ajv at ${refused.join()} in ${JSON.stringify(broken)}`);
  };
  return { schema, shape, definitions, expectValid, expectRefused };
}

type Entry = (typeof framework)[number];
const judges = new Map<Entry, ReturnType<typeof makeJudge>>();

/** The schemas of a document, compiled once. */
function judge(entry: Entry): ReturnType<typeof makeJudge> {
  const known = judges.get(entry) ?? makeJudge(entry);
  judges.set(entry, known);
  return known;
}

describe.each(framework.map((entry) => [entry.name, entry] as const))('%s', (name, entry) => {
  it('breaks each of its rules, and is refused at that place', async () => {
    const { shape, definitions, expectValid, expectRefused } = await judge(entry);
    const unbroken = rulesOf(shape, definitions);
    const seen = new Set<unknown>();
    expect(unbroken.size).toBeGreaterThan(10);
    for (let variant = 0; variant < variantsOf(shape, definitions) && unbroken.size > 0; variant += 1) {
      const values = valuesOf(shape, definitions, variant);
      if (seen.has(values)) continue;
      seen.add(values);
      const [document] = fc.sample(values, { seed: variant, numRuns: 1 });
      expectValid(document);
      for (const mutation of mutationsOf(shape, document, definitions)) {
        if (!unbroken.delete(mutation.rule)) continue;
        expectRefused(document, mutation);
      }
    }
    expect([...unbroken]).toEqual([]);
  });

  it('is taken or refused by zod, by ajv and with a place in the file alike', async () => {
    const { schema, shape, definitions, expectValid, expectRefused } = await judge(entry);
    fc.assert(
      fc.property(valuesOf(shape, definitions, null), fc.nat(), (document, chosen) => {
        expectValid(document);
        const mutations = mutationsOf(shape, document, definitions);
        const mutation = mutations[chosen % mutations.length];
        if (mutation === undefined) throw new Error('nothing to break');
        expectRefused(document, mutation);
        if (!mutation.inUnion && chosen % 3 === 0) expectPlace(name, schema, mutated(document, mutation), mutation);
      }),
      { numRuns: 20 },
    );
  });
});

/** Expects a mistake at the line and column of what was broken; of a key that is missing at the mapping that lacks it. */
function expectPlace(name: string, schema: z.ZodType, broken: unknown, mutation: Mutation): void {
  const source = new SourceText(`${name}.json`, JSON.stringify(broken, null, 2));
  const problems = new Problems();
  expect(checkDocument(schema, source, problems, { what: name })).toBeNull();
  const root = parseYaml(source, new Problems());
  if (root === null) throw new Error('cannot be read');
  const places = [mutation.path, ...mutation.edits.map(({ at }) => at)].flatMap((path) => {
    const { node, keyRange } = findNode(root, path);
    return [source.positionAt(node.start), source.positionAt(keyRange.start)];
  });
  const found = problems.toDiagnostics(source);
  const isThere = found.some(({ line, column }) => places.some((place) => place.line === line && place.column === column));
  expect(isThere || found, `${mutation.rule} in ${source.text}`).toBe(true);
  if (mutation.rule.endsWith(' is closed')) expect(found.map(({ message }) => message).join()).toContain(strangeKey);
}
