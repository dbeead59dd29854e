import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { fileDocuments } from '../../../schemas/registry.ts';
import { documentKeys, fileKinds } from '../../../src/workflow/document-keys.ts';
import { kindWords, recogniseDocument } from '../../../src/workflow/document-kind.ts';
import { loadWorkflow } from '../../../src/workflow/load.ts';
import { Problems } from '../../../src/workflow/problems.ts';
import { SourceText } from '../../../src/workflow/source-text.ts';
import { parseYaml } from '../../../src/workflow/yaml-document.ts';

const docs = join(import.meta.dirname, '../../../docs');

interface Node {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
}

/** The paths of keys that none of these values has. Where values may differ in shape one shape is enough. */
function missingKeys(node: Node, values: readonly unknown[], defs: Readonly<Record<string, Node>>, path = ''): string[] {
  const real = node.$ref === undefined ? node : (defs[node.$ref.split('/').at(-1) ?? ''] ?? {});
  const shapes = [real, ...(real.anyOf ?? [])].filter((shape) => shape.properties !== undefined);
  if (shapes.length > 1) return [];
  const mappings = values.filter(
    (value): value is object => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  const own = Object.entries(shapes[0]?.properties ?? {}).flatMap(([key, inner]) => {
    const found = mappings.flatMap((each) => (key in each ? [(each as Record<string, unknown>)[key]] : []));
    return found.length === 0 ? [`${path}.${key}`] : missingKeys(inner, found, defs, `${path}.${key}`);
  });
  const items = real.items ? missingKeys(real.items, values.flat(), defs, `${path}[]`) : [];
  const entries =
    typeof real.additionalProperties === 'object' && real.additionalProperties.$ref === undefined
      ? missingKeys(
          real.additionalProperties,
          mappings.flatMap((each) => Object.values(each)),
          defs,
          `${path}.*`,
        )
      : [];
  return [...own, ...items, ...entries];
}

describe.each(fileDocuments.map((entry) => [entry.name, entry] as const))('%s', (name, entry) => {
  it('has examples that zod and ajv take, that YAML keeps, that are recognised, and that show every key', async () => {
    const [schema, jsonSchema] = await Promise.all([entry.schema(), entry.load()]);
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(jsonSchema);
    const examples = jsonSchema['examples'] as readonly unknown[];
    for (const example of examples) {
      expect(schema.safeParse(example).error?.issues ?? []).toEqual([]);
      expect(validate(example) || validate.errors).toBe(true);
      const text = stringify(JSON.parse(JSON.stringify(example)));
      expect(parse(text)).toEqual(example);
      const root = parseYaml(new SourceText('example', text), new Problems());
      expect(root && recogniseDocument(root)).toMatchObject({ kind: name, sure: true });
    }
    const variants = (jsonSchema['oneOf'] as Node[] | undefined) ?? [
      name === 'doc_meta' ? ({ $ref: '#/$defs/doc_meta' } as Node) : (jsonSchema as Node),
    ];
    const defs = (jsonSchema['$defs'] ?? {}) as Record<string, Node>;
    const missing = variants.map((variant, index) =>
      missingKeys(variant, variants.length === 1 ? examples : ofKind(variant, examples), defs, String(index)),
    );
    expect(missing.flat().filter((path) => !/^(?!0)\d+\.meta$/.test(path))).toEqual([]);
  });

  it('is recognised by the keys of its schema', async () => {
    const schema = await entry.schema();
    const objects = (schema instanceof z.ZodDiscriminatedUnion ? schema.options : [schema]) as z.ZodObject[];
    for (const object of objects) expect(Object.keys(object.shape)).toEqual(documentKeys[name as keyof typeof documentKeys]);
  });

  it('is described in docs/documents.md, its JSON Schema fresh in docs/schemas', async () => {
    const row = readFileSync(join(docs, 'documents.md'), 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`| [${name}](schemas/${name}.json) `));
    expect(row?.split('|')[2]?.trim()).toBe(entry.summary);
    expect(await entry.load()).toEqual(JSON.parse(readFileSync(join(docs, 'schemas', `${name}.json`), 'utf8')));
  });
});

function ofKind(variant: Node, examples: readonly unknown[]): unknown[] {
  const kind = (variant.properties?.['kind'] as { const?: unknown } | undefined)?.const;
  return examples.filter((example) => (example as { kind?: unknown }).kind === kind);
}

describe('the documents of files', () => {
  it('are the workflow and seventeen more, each with words for messages', () => {
    expect(fileDocuments.map(({ name }) => name).toSorted()).toEqual([...fileKinds].toSorted());
    expect(Object.keys(kindWords).toSorted()).toEqual([...fileKinds].toSorted());
    expect(fileDocuments).toHaveLength(18);
  });

  it.each(['workflow', 'workstream_spec', 'task_spec', 'phase_spec'])(
    'have an example of %s that can be planned',
    async (name) => {
      const schema = await fileDocuments.find((entry) => entry.name === name)?.load();
      const [example] = (schema?.['examples'] ?? []) as readonly unknown[];
      const loaded = loadWorkflow({ path: 'example.json', text: JSON.stringify(example, null, 2) });
      expect(loaded.ok ? [] : loaded.diagnostics).toEqual([]);
    },
  );
});
