import { getStateNodes } from '@xstate/graph';
import { describe, expect, test } from 'vitest';
import type { SnapshotFrom } from 'xstate';
import { bootstrapMachine } from '../../machines/bootstrap.ts';
import { bootstrapEvents, bootstrapInputs, bootstrapKey } from '../../src/charts/territory/bootstrap-territory.ts';
import { writtenTransitions } from './chart-transitions.ts';
import { deadEnds, explore, following } from './explore.ts';
import { isJsonOnly, restoreSnapshot } from './restored.ts';

type BootstrapSnapshot = SnapshotFrom<typeof bootstrapMachine>;

const { places, states, taken, said } = explore(bootstrapMachine, {
  inputs: bootstrapInputs,
  events: bootstrapEvents,
  keyOf: bootstrapKey,
});
const all = [...places.values()];
const written = writtenTransitions(bootstrapMachine);
const isEnd = (snapshot: BootstrapSnapshot): boolean => snapshot.status === 'done';
const at = (name: string): BootstrapSnapshot[] => all.map(({ snapshot }) => snapshot).filter(({ value }) => value === name);

describe('the chart of a bootstrap, followed through every event from every configuration', () => {
  test('reaches every state', () => {
    expect([...states].map((id) => id.replace('bootstrap.', '')).sort()).toEqual([
      'asking',
      'bootstrap',
      'canceled',
      'comparing',
      'concluding',
      'discovering',
      'failed',
      'generating',
      'needsHuman',
      'partial',
      'previewed',
      'ready',
      'selecting',
      'validating',
      'writing',
    ]);
    expect(getStateNodes(bootstrapMachine as never)).toHaveLength(14);
  });

  test('takes every transition that is written in it, and no other', () => {
    expect(written.map(({ text }) => text).join('\n')).toMatchInlineSnapshot(`
      "bootstrap: initial -> discovering
      bootstrap: CANCEL -> .canceled
      bootstrap.discovering: xstate.done.actor.discover -> selecting
      bootstrap.discovering: xstate.error.actor.discover -> failed
      bootstrap.selecting: xstate.done.actor.select -> generating
      bootstrap.selecting: xstate.error.actor.select -> failed
      bootstrap.generating: xstate.done.actor.generate -> validating
      bootstrap.generating: xstate.error.actor.generate -> failed
      bootstrap.validating: xstate.done.actor.validate [isValid] -> comparing
      bootstrap.validating: xstate.done.actor.validate -> failed
      bootstrap.validating: xstate.error.actor.validate -> failed
      bootstrap.comparing: xstate.done.actor.compare [hasObstacle] -> failed
      bootstrap.comparing: xstate.done.actor.compare [nothingDiffers] -> concluding
      bootstrap.comparing: xstate.done.actor.compare [writesNothing] -> previewed
      bootstrap.comparing: xstate.done.actor.compare [mayReplace] -> writing
      bootstrap.comparing: xstate.done.actor.compare [canAsk] -> asking
      bootstrap.comparing: xstate.done.actor.compare -> needsHuman
      bootstrap.comparing: xstate.error.actor.compare -> failed
      bootstrap.asking: REPLACE -> writing
      bootstrap.asking: KEEP -> needsHuman
      bootstrap.writing: CANCEL -> itself
      bootstrap.writing: xstate.done.actor.write [isLast] -> concluding
      bootstrap.writing: xstate.done.actor.write [isToStop] -> canceled
      bootstrap.writing: xstate.done.actor.write -> writing
      bootstrap.writing: xstate.error.actor.write -> failed
      bootstrap.concluding: always [lacksSomething] -> partial
      bootstrap.concluding: always -> ready"
    `);
    expect(written.filter(({ key }) => !taken.has(key)).map(({ text }) => text)).toEqual([]);
    const known: ReadonlySet<string> = new Set(written.map(({ key }) => key));
    expect([...taken].filter((key) => !known.has(key))).toEqual([]);
  });

  test('asks every guard so that it says yes and no', () => {
    const guarded = written.filter(({ guard }) => guard !== null);
    const unheard = guarded.flatMap(({ key, text }) =>
      ['true', 'false'].filter((answer) => !said.has(`${key} ${answer}`)).map((answer) => `${text} ${answer}`),
    );
    expect(unheard).toEqual([]);
    expect(guarded).toHaveLength(9);
  });

  test('comes to an end from every configuration', () => {
    expect(deadEnds(places, isEnd)).toEqual([]);
  });

  test('is JSON, and comes back from its stored form as it was', () => {
    for (const { snapshot } of all) {
      expect(isJsonOnly(snapshot.context)).toBe(true);
      const restored = restoreSnapshot(bootstrapMachine, snapshot);
      expect([restored.value, restored.context]).toEqual([snapshot.value, snapshot.context]);
    }
  });
});

describe('what a bootstrap keeps to', () => {
  test('writes nothing before all of it was found valid and compared', () => {
    for (const { context } of at('writing')) {
      expect([context.valid, context.changes.length, context.errors]).toEqual([true, 3, []]);
    }
    const before = ['discovering', 'selecting', 'generating', 'validating', 'comparing', 'asking', 'previewed', 'needsHuman'];
    for (const { context } of before.flatMap(at)) expect(context.written).toEqual([]);
  });

  test('writes nothing in a preview', () => {
    const previews = all.filter(({ snapshot }) => snapshot.context.dryRun);
    expect(previews.length).toBeGreaterThan(20);
    for (const { snapshot } of previews) {
      expect(['writing', 'asking', 'needsHuman']).not.toContain(snapshot.value);
      expect(snapshot.context.written).toEqual([]);
    }
  });

  test('replaces a file only with --force or after a yes', () => {
    for (const { context } of at('writing')) {
      const replaces = context.changes.some(({ change }) => change === 'replaced');
      expect(!replaces || context.force || context.interactive).toBe(true);
    }
    const asking = all.filter(({ snapshot }) => snapshot.value === 'asking');
    expect(asking.length).toBeGreaterThan(1);
    for (const place of asking) {
      expect([place.snapshot.context.force, place.snapshot.context.interactive]).toEqual([false, true]);
      const after = (type: string) => following(places, place, (event) => event.type === type).map(({ value }) => value);
      expect([after('REPLACE'), after('KEEP'), after('CANCEL')]).toEqual([['writing'], ['needsHuman'], ['canceled']]);
    }
    for (const { context } of at('needsHuman')) expect(context.changes.some(({ change }) => change === 'replaced')).toBe(true);
  });

  test('leaves alone what is as it should be, and has written the rest when it ends well', () => {
    for (const { context } of [...at('ready'), ...at('partial')]) {
      const differing = context.changes.filter(({ change }) => change !== 'unchanged').map(({ path }) => path);
      expect(context.written).toEqual(differing);
    }
  });

  test('is ready when nothing is missing, else partial', () => {
    expect(at('ready').length).toBeGreaterThan(4);
    for (const { context } of at('ready')) expect(context.shortfalls).toEqual([]);
    for (const { context } of at('partial')) expect(context.shortfalls).toEqual(['nothing fits well']);
  });

  test('answers a cancel in every state that is no end: at once, and while it writes between two files', () => {
    for (const place of all.filter(({ snapshot }) => !isEnd(snapshot))) {
      const [after] = following(places, place, ({ type }) => type === 'CANCEL');
      if (place.snapshot.value !== 'writing') {
        expect([after?.value, after?.context.errors]).toEqual(['canceled', ['interrupted']]);
        continue;
      }
      expect([after?.value, after?.context.cancelReason]).toEqual(['writing', 'interrupted']);
      expect(after?.context.written).toEqual(place.snapshot.context.written);
    }
    const stopped = at('canceled').filter(({ context }) => context.written.length > 0);
    expect(stopped.map(({ context }) => context.written.length)).toContain(2);
    for (const { context } of stopped) expect(context.errors).toEqual(['interrupted']);
  });

  test('fails with the words of the effect that broke, and names the file that could not be written', () => {
    const effects = ['discover', 'select', 'generate', 'validate', 'compare', 'write'];
    const broken = at('failed').flatMap(({ context }) => context.errors.filter((text) => text.endsWith('broke')));
    expect(new Set(broken)).toEqual(new Set(effects.map((effect) => `${effect} broke`)));
    for (const { context } of at('failed').filter((each) => each.context.errors[0] === 'write broke')) {
      expect(context.failedPaths).toHaveLength(1);
      expect(context.written).not.toContain(context.failedPaths[0]);
    }
    const refused = at('failed').filter(({ context }) => !context.errors[0]?.endsWith('broke'));
    expect(new Set(refused.flatMap(({ context }) => context.errors))).toEqual(new Set(['a.yaml:1:1: bad', 'b.json is a folder']));
    expect(new Set(refused.flatMap(({ context }) => context.failedPaths))).toEqual(new Set(['a.yaml', 'b.json']));
  });
});
