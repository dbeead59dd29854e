import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { documents, fileDocuments } from '../../../schemas/registry.ts';
import { runEventSchema } from '../../../schemas/run-event.ts';

interface Node {
  readonly type?: unknown;
  readonly properties?: Record<string, Node>;
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly items?: Node;
  readonly $defs?: Record<string, Node>;
}

/** The paths of objects with named properties that would accept an unknown key. */
function openObjects(node: Node, path: string): string[] {
  const own = node.properties !== undefined && node.additionalProperties !== false ? [path] : [];
  const inner: [string, Node][] = [
    ...Object.entries({ ...node.$defs, ...node.properties }),
    ...(node.anyOf ?? node.oneOf ?? []).map((each, index): [string, Node] => [`(${index})`, each]),
    ...(node.items ? [['[]', node.items] as [string, Node]] : []),
  ];
  return [...own, ...inner.flatMap(([name, each]) => openObjects(each, `${path}.${name}`))];
}

describe('the documents', () => {
  it('have names of their own', () => {
    expect(new Set(documents.map((document) => document.name)).size).toBe(documents.length);
  });

  it.each(documents.map((document) => [document.name, document] as const))(
    '%s has a closed JSON Schema of draft 2020-12',
    async (name, document) => {
      const schema = await document.load();
      expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
      expect(schema['title']).toBe(`stateyard ${name}`);
      expect(openObjects(schema as Node, name)).toEqual([]);
      // Those of files are compiled in documents.test.ts.
      if (fileDocuments.includes(document)) return;
      expect(() => new Ajv2020({ strict: false, validateFormats: false }).compile(schema)).not.toThrow();
    },
  );
});

describe('run_event', () => {
  const event = {
    event_id: '01KX0000000000000000000001',
    run_id: '01KX0000000000000000000002',
    step_attempt_id: null,
    ts: '2026-01-02T03:04:05.006Z',
  };

  it('fixes the payload of each kind', () => {
    const note = { ...event, kind: 'note', payload: { text: 'hello' } };
    expect(runEventSchema.safeParse(note).success).toBe(true);
    expect(runEventSchema.safeParse({ ...note, payload: { text: 'hello', more: 1 } }).success).toBe(false);
    expect(runEventSchema.safeParse({ ...note, kind: 'run_started' }).success).toBe(false);
    expect(runEventSchema.safeParse({ ...note, kind: 'unheard_of' }).success).toBe(false);
  });
});
