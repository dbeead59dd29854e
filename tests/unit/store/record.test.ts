import { describe, expect, test } from 'vitest';
import { BatchDecoder, BatchEncoder, schemaSetBy } from '../../../src/store/batch.ts';
import { Backlog } from '../../../src/store/backlog.ts';
import { chainHash, frameBytes, frameRecord, genesis, hasBatchAfter, readRecord } from '../../../src/store/record.ts';
import {
  encodeHeader,
  isStoreFile,
  isTemporaryImage,
  parseSegment,
  segmentNumbers,
  segmentPath,
} from '../../../src/store/segment.ts';
import { checkStatement, type Statement } from '../../../src/store/statement.ts';

const payload = Buffer.from('{"t":[]}');
const first = { sequence: 1, hash: chainHash(genesis, payload) };

describe('a record', () => {
  test('is read as it was written, at any offset', () => {
    const bytes = Buffer.concat([Buffer.from('before'), frameRecord('batch', first, payload)]);
    expect(readRecord(bytes, 6)).toMatchObject({ kind: 'batch', ...first, payload, offset: 6, end: bytes.length });
  });

  test('keeps a sequence beyond 32 bits', () => {
    const sequence = 2 ** 40 + 7;
    expect(readRecord(frameRecord('header', { ...first, sequence }, payload), 0)?.sequence).toBe(sequence);
  });

  test('is not read from bytes that are short, of another kind, or changed', () => {
    const bytes = frameRecord('batch', first, payload);
    expect(readRecord(bytes.subarray(0, frameBytes - 1), 0)).toBeNull();
    expect(readRecord(bytes.subarray(0, bytes.length - 1), 0)).toBeNull();
    for (let offset = 0; offset < bytes.length; offset += 1) {
      const changed = Buffer.from(bytes);
      changed[offset] = (changed[offset] ?? 0) ^ 0x10;
      expect(readRecord(changed, 0)).toBeNull();
    }
  });

  test('is found behind bytes that only look like the beginning of one', () => {
    const record = frameRecord('batch', first, payload);
    expect(hasBatchAfter(Buffer.concat([record.subarray(0, 20), record.subarray(0, 20)]), -1)).toBe(false);
    expect(hasBatchAfter(Buffer.concat([record.subarray(0, 20), record]), 0)).toBe(true);
  });
});

describe('a batch', () => {
  test('writes each text once a segment, and comes back as it was', () => {
    const encoder = new BatchEncoder();
    const decoder = new BatchDecoder();
    const one: Statement[] = [
      ['insert into a values (?)', 1],
      ['insert into b values (?, ?)', 'é\u0000\ud800', null],
    ];
    const payloads = [one, one].map((statements) => encoder.encode({ schema: null, statements }));
    expect(payloads[1]?.toString()).not.toContain('insert');
    expect(payloads.map((each) => decoder.decode(each).statements)).toEqual([one, one]);
  });

  test('says the schema version that it sets', () => {
    const migrating = new BatchEncoder().encode({ schema: 12, statements: [['create table a (b)']] });
    expect(schemaSetBy(migrating)).toBe(12);
    expect(new BatchDecoder().decode(migrating).schema).toBe(12);
    expect(schemaSetBy(new BatchEncoder().encode({ schema: null, statements: [['select 1']] }))).toBeNull();
  });

  test('with a number that no text has, is refused', () => {
    expect(() => new BatchDecoder().decode(Buffer.from('{"t":[[3]]}'))).toThrow(RangeError);
  });

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [true], [10n], [new Uint8Array(1)]])(
    'refuses the value %s',
    (value) => {
      expect(() => checkStatement(['insert', value as unknown as number])).toThrow('finite');
    },
  );
});

describe('a segment', () => {
  test('is known by its name, per kind of store', () => {
    const names = [
      'journal-00000002.log',
      'index-journal-00000001.log',
      'journal-00000010.log',
      'journal-1.log',
      'journal-00000001.txt',
      'run.db',
    ];
    expect(segmentNumbers(names, 'run')).toEqual([2, 10]);
    expect(segmentNumbers(names, 'index')).toEqual([1]);
    expect(segmentPath('/a', 'index', 3)).toBe('/a/index-journal-00000003.log');
    expect(names.filter((name) => isStoreFile(name, 'run'))).toEqual(['journal-00000002.log', 'journal-00000010.log', 'run.db']);
    expect([isTemporaryImage('run.db.tmp-3', 'run'), isTemporaryImage('run.db', 'run')]).toEqual([true, false]);
  });

  test('repeats the position before it, and has no header when its first record is a batch', () => {
    const header = { format: 1, store: 'run', schema: 2, base: first, image: { ...first, crc: 77 } } as const;
    expect(parseSegment(1, '/a', encodeHeader(header)).header).toEqual(header);
    expect(parseSegment(1, '/a', frameRecord('batch', first, payload)).header).toBeNull();
    expect(parseSegment(1, '/a', Buffer.alloc(0)).header).toBeNull();
  });
});

describe('a backlog', () => {
  const held = (backlog: Backlog): Statement[][] => [...backlog.batches()].map((each) => [...each]);

  test('holds what was added, until its bound', () => {
    const backlog = new Backlog(5, 100);
    backlog.add(5, [['a', 1]]);
    backlog.add(6, [['b', 'x']]);
    expect(backlog.from).toBe(5);
    expect(held(backlog)).toEqual([[['a', 1]], [['b', 'x']]]);
    backlog.add(7, [['c', 'x'.repeat(100)]]);
    expect(backlog.from).toBe(8);
    backlog.add(7, [['of a record that is not whole', 2]]);
    backlog.add(8, [['d', 3]]);
    expect(held(backlog)).toEqual([[['d', 3]]]);
  });

  test('forgets nothing while it is pinned', () => {
    const backlog = new Backlog(1, 10);
    backlog.pin();
    backlog.add(1, [['a', 'x'.repeat(100)]]);
    expect(backlog.from).toBe(1);
    backlog.unpin();
    backlog.add(2, [['b', 1]]);
    expect(backlog.from).toBe(3);
  });
});
