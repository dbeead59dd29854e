import { existsSync } from 'node:fs';
import type { RouteConditions } from '../../router/conditions.ts';
import { turnKeyOf } from '../../router/decide.ts';
import { breakerSettingsOf, limitsOf } from '../../router/queries.ts';
import type { RequestDraft } from '../../router/request-draft.ts';
import type { RouterConfig } from '../../schemas/router-config.ts';
import { findMissingPrograms } from '../routing/installed.ts';
import { loadBreakers } from '../routing/loaded-breakers.ts';
import { readFigures, readTurn, type Query } from '../routing/tool-rows.ts';
import { withToolAdvice } from '../routing/tool-store.ts';
import { slotFolder, toolsFolder } from '../routing/tools-folder.ts';
import type { StoreLayout } from '../store/layout.ts';
import { isOwned } from '../store/owner-lock.ts';
import { openReader } from '../store/reader.ts';
import { StoreError } from '../store/store-error.ts';

/** A router configuration with the folder (absolute) from where a command with a slash is meant. */
export interface ToolSource {
  readonly config: RouterConfig;
  readonly folder: string;
}

/** What a decision is asked for, at a moment (milliseconds since 1970) and with a seed (0 to 2 ** 32 - 1). */
export interface PresentAsk {
  readonly request: RequestDraft;
  readonly candidates: readonly string[];
  readonly nowMs: number;
  readonly seed: number;
}

// The router takes so long for a call whose end nobody tells, where the configuration does not bound it.
const usualCallMs = 3_600_000;

/**
 * What is so at this moment for the first attempt of a step: programs, breakers, slots, turn and figures, as the router would find them. Nothing is
 * locked, held or written. Throws StoreError where the tool store cannot be read.
 */
export async function presentConditions(layout: StoreLayout, source: ToolSource, ask: PresentAsk): Promise<RouteConditions> {
  const { config, folder } = source;
  const { candidates, request, nowMs, seed } = ask;
  const full = new Map<string, string>();
  for (const [toolId, busy] of await busySlots(layout, config, candidates)) {
    const most = limitsOf(config, toolId)?.maxParallel ?? Infinity;
    if (busy >= most) full.set(toolId, most === 1 ? 'its slot is taken' : `its ${most} slots are taken`);
  }
  return await withToolStore(layout, async (query) => {
    const settingsOf = (toolId: string) => breakerSettingsOf(config, toolId);
    const breakers = await loadBreakers(query, candidates, { settingsOf, onTrouble: () => undefined });
    const open = new Map(
      candidates.flatMap((toolId) => {
        const why = breakers.refusal(toolId, { key: '', nowMs, expiresAtMs: nowMs + longestCallMs(config, toolId) });
        return why === null ? [] : [[toolId, why]];
      }),
    );
    return {
      spent: [],
      current: null,
      missing: findMissingPrograms(config, folder)(candidates),
      open,
      full,
      turn: await readTurn(query, turnKeyOf(config, request)),
      seed,
      figures: await readFigures(query, candidates),
    };
  });
}

/** How many calls of each tool with `max_parallel` are under way in any process, by tool id. */
export async function busySlots(
  layout: StoreLayout,
  config: RouterConfig,
  toolIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const busy = new Map<string, number>();
  for (const toolId of toolIds) {
    const most = limitsOf(config, toolId)?.maxParallel ?? null;
    if (most !== null) busy.set(toolId, await countBusy(layout, toolId, most));
  }
  return busy;
}

async function countBusy(layout: StoreLayout, toolId: string, most: number): Promise<number> {
  let count = 0;
  for (let number = 1; number <= most; number += 1) {
    const folder = slotFolder(layout, toolId, number);
    // A slot is tried only when those before it are taken: where there is no folder, none comes after it.
    if (!existsSync(folder)) break;
    if (await isOwned(folder)) count += 1;
  }
  return count;
}

function longestCallMs(config: RouterConfig, toolId: string): number {
  const seconds = limitsOf(config, toolId)?.timeoutSeconds ?? null;
  return seconds === null ? usualCallMs : seconds * 1_000;
}

/** Reads the tool store; one that is not there yet has no rows. */
async function withToolStore<Result>(layout: StoreLayout, read: (query: Query) => Promise<Result>): Promise<Result> {
  try {
    const reader = await openReader({ folder: toolsFolder(layout), name: 'tools' });
    try {
      // A crash may have come before the first record, with the tables in it.
      return await read(reader.sequence === 0 ? () => [] : (sql, ...values) => reader.query(sql, ...values));
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'missing') return read(() => []);
    throw withToolAdvice(error);
  }
}
