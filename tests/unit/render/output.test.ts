import { expect, test } from 'vitest';
import type { Output } from '../../../src/cli/render/output.ts';
import { Paper, planOf, Scene } from './scene.ts';

test('json is one event a line, as it came', () => {
  const out = new Paper();
  const scene = new Scene('json', planOf(['a']), out);
  const event = scene.make('invented_later', { text: 'two\nlines' });
  scene.renderer.event(event);
  scene.event('note', { text: 'x' });
  const lines = out.text.split('\n');
  expect(lines).toHaveLength(3);
  expect(JSON.parse(lines[0] ?? '')).toEqual(event);
});

test('quiet writes nothing, not even of failures', () => {
  const out = new Paper();
  const scene = new Scene('quiet', planOf(['a']), out);
  scene.attempt('a');
  scene.fail('a', 1);
  scene.renderer.close();
  expect(out.text).toBe('');
  expect(scene.renderer.figures().failed).toHaveLength(1);
});

test.each(['json', 'plain', 'github', 'tty'] as const)('%s goes on when nobody reads any more', (mode) => {
  let writes = 0;
  const out: Output = {
    write: () => {
      writes += 1;
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    },
  };
  const scene = new Scene(mode, planOf(['a', 'b']), out);
  scene.start();
  scene.succeed('a', 500);
  scene.succeed('b', 500);
  scene.renderer.close();
  expect(writes).toBe(1);
  expect(scene.renderer.figures().counts.succeeded).toBe(2);
});

test('an error that the stream reports later ends the writing too', () => {
  const paper = new Paper();
  let report = (): void => {};
  const out: Output = {
    write: (text) => paper.write(text),
    on: (event, listener) => {
      if (event === 'error') report = listener;
    },
  };
  const scene = new Scene('plain', planOf(['a']), out);
  scene.start();
  const before = paper.text;
  report();
  scene.succeed('a', 5);
  expect(before).not.toBe('');
  expect(paper.text).toBe(before);
});
