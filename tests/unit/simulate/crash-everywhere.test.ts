import { afterEach, describe, expect, it, vi } from 'vitest';
import { crashEverywhere, differencesOf } from '../../../src/simulate/crash-everywhere.ts';
import { simulateRun } from '../../../src/simulate/simulate-run.ts';
import { plantedBugs, type PlantedBug } from './planted-bugs.ts';
import { setupOf } from './simulation-setup.ts';

const planted = vi.hoisted((): { bug: PlantedBug | null } => ({ bug: null }));

vi.mock(import('../../../src/engine/restore.ts'), async (original) => {
  const restore = await original();
  return {
    ...restore,
    restoreRun: async (rows, run) => {
      const restored = await restore.restoreRun(rows, run);
      return planted.bug?.restored?.(restored) ?? restored;
    },
  };
});

vi.mock(import('../../../src/store/store.ts'), async (original) => {
  const module = await original();
  return {
    ...module,
    openStore: async (options) => {
      const opened = await module.openStore(options);
      return { ...opened, store: planted.bug?.store?.(opened.store) ?? opened.store };
    },
  };
});

afterEach(() => {
  planted.bug = null;
});

const workflow = `
name: planted
steps:
  first: { run: 'true', outputs: { found: integer } }
  other: { needs: first, run: 'true', retry: { attempts: 2, delay: 1s } }
  beside: { run: 'true' }
  many: { needs: [first, other], if: '\${{ steps.first.outputs.found > 10 }}', run: 'true' }
`;
const setup = setupOf(workflow, { output: ['first.found=11'] });

describe('crashing everywhere', () => {
  it('finds nothing where there is nothing, at both moments of each record', async () => {
    const whole = await simulateRun(setup);
    const told: number[] = [];
    const trial = await crashEverywhere(setup, whole, (crashes) => told.push(crashes));
    expect(trial).toEqual({ crashes: whole.moments, asWritten: 0, problems: [] });
    expect(told).toEqual(Array.from({ length: whole.moments }, (_, index) => index + 1));
    expect(whole.moments).toBeGreaterThan(whole.records);
  });

  it.for(plantedBugs)('finds that $name', async (bug) => {
    const whole = await simulateRun(setup);
    planted.bug = bug;
    // Without a crash nobody would notice it.
    expect(differencesOf(whole, await simulateRun(setup))).toEqual([]);
    const { problems } = await crashEverywhere(setup, whole, () => undefined);
    expect(problems.flatMap(({ differences }) => differences).join('\n')).toMatch(new RegExp(bug.found.source, 'm'));
  });

  it('tries no more crashes after three problems', async () => {
    const whole = await simulateRun(setup);
    planted.bug = plantedBugs.find(({ name }) => name === 'a stored run cannot be opened') ?? null;
    const trial = await crashEverywhere(setup, whole, () => undefined);
    expect(trial.crashes).toBe(3);
    expect(trial.problems.map(({ kind, record, afterEvent }) => ({ kind, record, afterEvent }))).toEqual([
      { kind: 'recorded', record: 1, afterEvent: null },
      { kind: 'underWay', record: 1, afterEvent: null },
      { kind: 'recorded', record: 2, afterEvent: null },
    ]);
  });

  it('crashes around the answer of a person too, and hears it once', async () => {
    const asking = setupOf('name: asking\nsteps: { ship: { approve: Ship it? }, last: { needs: ship, run: "true" } }');
    const trial = await crashEverywhere(asking, await simulateRun(asking), () => undefined);
    expect(trial.problems).toEqual([]);
  });

  it('lets a step fail that says on_interrupted: fail, where its attempt was recorded and not begun', async () => {
    const failing = setupOf('name: careful\nsteps: { once: { run: "true", on_interrupted: fail } }');
    const trial = await crashEverywhere(failing, await simulateRun(failing), () => undefined);
    expect(trial).toMatchObject({ asWritten: 1, problems: [] });
    expect(trial.crashes).toBeGreaterThan(1);
  });
});
