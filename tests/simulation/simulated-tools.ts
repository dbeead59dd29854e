import type { SqlJsStatic } from 'sql.js';
import type { RouterConfig } from '../../schemas/router-config.ts';
import { breakerSettingsOf, limitsOf } from '../../router/queries.ts';
import type { EndedCall } from '../../src/engine/ports.ts';
import { settleChange, type Routing } from '../../src/routing/route-changes.ts';
import type { Query } from '../../src/routing/tool-rows.ts';
import type { Change } from '../../src/routing/tool-store.ts';
import { Database } from '../../src/store/database.ts';
import { loadMigrations } from '../../src/store/migrations.ts';
import type { Statement } from '../../src/store/statement.ts';
import type { SeededRandom } from '../../src/simulate/seeded-random.ts';
import type { VirtualClock } from '../../src/simulate/virtual-clock.ts';

/** A clock that is kept right by the network steps back by less than this. */
const clockSlackMs = 60_000;

/**
 * What all runs of a store share about tools: the rows of the real tool store, and slots. A change that was made is on disk; how the real store brings
 * it there is not simulated. Slots are free when the process that holds them is gone.
 */
export class SimulatedTools {
  readonly routing: Routing;
  readonly #db: Database;
  readonly #clock: VirtualClock;
  readonly #otherSlots = new Map<string, number>();
  #otherCalls = 0;

  constructor(sql: SqlJsStatic, config: RouterConfig, clock: VirtualClock) {
    this.#db = new Database(sql, null);
    this.#clock = clock;
    this.#db.apply(loadMigrations('tools').map((migration): Statement => [migration]));
    this.routing = {
      config,
      phaseTools: null,
      settingsOf: (toolId) => breakerSettingsOf(config, toolId),
      onTrouble: (message) => {
        throw new Error(message);
      },
    };
  }

  /** Reads rows, as a change of the tool store does. */
  readonly query: Query = (sql, ...values) => this.#db.query(sql, values);

  /** Makes a change, as one transaction. */
  apply(statements: readonly Statement[]): void {
    if (statements.length > 0) this.#db.apply(statements);
  }

  /** How many slots of a tool other runs hold. */
  othersOf(toolId: string): number {
    return this.#otherSlots.get(toolId) ?? 0;
  }

  /** Whether the breaker of a tool is open at that time (milliseconds since 1970); one that a wall clock has left behind is not. */
  isOpen(toolId: string, nowMs: number): boolean {
    const [row] = this.#db.query('select breaker from tools where tool_id = ?', [toolId]);
    if (typeof row?.['breaker'] !== 'string') return false;
    const { value, context } = JSON.parse(row['breaker']) as {
      readonly value: string;
      readonly context: { readonly reopensAtMs: number; readonly recoveryTimeoutMs: number };
    };
    const { reopensAtMs, recoveryTimeoutMs } = context;
    return value === 'open' && nowMs < reopensAtMs && nowMs >= reopensAtMs - recoveryTimeoutMs - clockSlackMs;
  }

  /** How a call is counted; null where it is not. */
  verdictOf(attemptId: string): string | null {
    const [row] = this.#db.query('select verdict from tool_calls where attempt_id = ?', [attemptId]);
    return row === undefined ? null : String(row['verdict']);
  }

  /** The calls of this run that are counted, and how many calls each tool is said to have had. */
  figures(): { readonly attemptIds: readonly string[]; readonly wrong: readonly string[] } {
    const calls = this.#db.query('select attempt_id from tool_calls where run_id <> ?', ['other']);
    const wrong = this.#db.query(
      'select tool_id from tools where calls <> (select count(*) from tool_calls where tool_calls.tool_id = tools.tool_id) ' +
        "or succeeded <> (select count(*) from tool_calls where tool_calls.tool_id = tools.tool_id and verdict = 'succeeded') " +
        "or failed <> (select count(*) from tool_calls where tool_calls.tool_id = tools.tool_id and verdict = 'failed')",
      [],
    );
    return { attemptIds: calls.map((row) => String(row['attempt_id'])), wrong: wrong.map((row) => String(row['tool_id'])) };
  }

  /** What other runs do with the tools in the meantime: they hold slots, and their calls end well or badly. */
  scheduleOthers(random: SeededRandom): void {
    const toolIds = Object.keys(this.routing.config.apps) as [string, ...string[]];
    for (let left = random.chance(0.5) ? random.between(1, 4) : 0; left > 0; left--) {
      const toolId = random.pick(toolIds);
      const durationMs = random.between(100, 4000);
      const verdict = random.pick(['succeeded', 'failed', 'failed', 'none'] as const);
      this.#clock.schedule(random.between(0, 6000), () => this.#beginOther({ toolId, durationMs, verdict }));
    }
  }

  /** Frees the memory. */
  close(): void {
    this.#db.close();
  }

  #beginOther(call: Pick<EndedCall, 'toolId' | 'durationMs' | 'verdict'>): void {
    const { toolId, durationMs } = call;
    const others = this.othersOf(toolId);
    if (others >= (limitsOf(this.routing.config, toolId)?.maxParallel ?? Number.POSITIVE_INFINITY)) return;
    this.#otherSlots.set(toolId, others + 1);
    this.#clock.schedule(durationMs, () => {
      this.#otherSlots.set(toolId, this.othersOf(toolId) - 1);
      void this.#endOther(call);
    });
  }

  async #endOther(call: Pick<EndedCall, 'toolId' | 'durationMs' | 'verdict'>): Promise<void> {
    this.#otherCalls += 1;
    const endedAtMs = this.#clock.nowMs();
    const attemptId = `OTHER${String(this.#otherCalls)}`;
    const ended = { ...call, attemptId, runId: 'other', stepId: 'other', endedAtMs, costUsd: null };
    const change: Change<unknown> = await settleChange(this.query, this.routing, {
      call: ended,
      key: attemptId,
      probes: [],
      nowMs: endedAtMs,
    });
    this.apply(change.statements);
  }
}
