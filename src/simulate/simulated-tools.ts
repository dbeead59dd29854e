import { phaseToolsOf } from '../../router/conditions.ts';
import { breakerSettingsOf } from '../../router/queries.ts';
import { invariant } from '../errors.ts';
import type { RunRouting } from '../routing/run-routing.ts';
import type { Routing } from '../routing/route-changes.ts';
import type { Query } from '../routing/tool-rows.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { loadMigrations } from '../store/migrations.ts';
import type { Statement } from '../store/statement.ts';

/** What all runs of a store share about tools, for a world with one run: the rows of the tool store, none of them there before. It stays when an engine ends. */
export class SimulatedTools {
  readonly routing: Routing;
  readonly #database: Database;

  /** `database` has the tables of the tool store. */
  constructor(database: Database, { router, phase }: RunRouting) {
    invariant(router !== null, 'only a run with tasks needs its tools');
    const { config } = router;
    this.#database = database;
    this.routing = {
      config,
      phaseTools: phaseToolsOf(phase?.spec ?? null),
      settingsOf: (toolId) => breakerSettingsOf(config, toolId),
      onTrouble: (message) => invariant(false, message),
    };
  }

  /** Reads rows, as a change of the tool store does. */
  readonly query: Query = async (sql, ...values) => this.#database.query(sql, values);

  /** Makes a change, as one transaction. */
  apply(statements: readonly Statement[]): void {
    if (statements.length > 0) this.#database.apply(statements);
  }

  /** All rows, for {@link openSimulatedTools}. */
  image(): Uint8Array {
    return this.#database.export({ sequence: 0, hash: '' });
  }

  /** Frees the memory. */
  close(): void {
    this.#database.close();
  }
}

/** Tools of a run with the rows of `image`, fresh ones where that is null; null where nothing is routed. */
export async function openSimulatedTools(routing: RunRouting, image: Uint8Array | null): Promise<SimulatedTools | null> {
  if (routing.router === null) return null;
  const database = await openDatabase(image);
  if (image === null) database.apply(loadMigrations('tools').map((migration): Statement => [migration]));
  return new SimulatedTools(database, routing);
}
