import { describe, expect, it } from 'vitest';
import { parseJsonText } from '../../../src/workflow/json-source.ts';
import { workflowLimits } from '../../../src/workflow/limits.ts';
import { toPlainValue } from '../../../src/workflow/source-node.ts';

describe('parseJsonText', () => {
  it('reads every kind of value, with places', () => {
    const text = '{ "a": [1, -2.5e3, "x\\u0041\\n", true, null],\n "b": {"c": {}, "d": []} }\n';
    const root = parseJsonText(text);
    expect(root && toPlainValue(root)).toEqual(JSON.parse(text));
    const entry = root?.kind === 'mapping' ? root.entries.get('b') : undefined;
    expect(entry && text.slice(entry.keyRange.start, entry.keyRange.end)).toBe('"b"');
    expect(entry && text.slice(entry.value.start, entry.value.end)).toBe('{"c": {}, "d": []}');
  });

  it.each([
    'name: x',
    '{a: 1}',
    '{"a": 1,}',
    '{"a": 1} x',
    '{"a": 01}',
    '{"a": 1, "a": 2}',
    '{"__proto__": 1}',
    '{"a": "\t"}',
    '{"a": "\u007f"}',
    '{"a": \'x\'}',
    '{"a"',
    `{"a": ${'['.repeat(workflowLimits.depth + 2)}`,
    `{"a": "${'x'.repeat(workflowLimits.scalarLength)}"}`,
  ])('leaves to YAML what is not JSON as it stands or goes beyond a limit: %.30s', (text) => {
    expect(parseJsonText(text)).toBeNull();
  });
});
