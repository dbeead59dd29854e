import { exitCodes, UserError } from '../errors.ts';
import { hasHistory } from './coverage-sources.ts';
import type { CoverageOptions } from './options.ts';

/** Throws UserError (exit code 2) where flags and machines of `coverage` do not go together. */
export function checkCoverageUse(options: CoverageOptions): void {
  const { from, min, run, records, machines } = options;
  if (min !== null && min > 100) throw wrongUse(`--min is at most 100, not ${String(min)}`);
  if (from === 'tests' && run !== null) throw wrongUse('--run needs --from history or --from all');
  if (from === 'history' && records !== null) throw wrongUse('--records needs --from tests or --from all');
  checkReporter(options);
  const without = from === 'history' ? machines.find((name) => !hasHistory(name)) : undefined;
  if (without !== undefined) throw noHistory(without);
}

function checkReporter({ reporter, json, out, machines }: CoverageOptions): void {
  if (json && out === null && reporter !== null && reporter !== 'json') {
    throw wrongUse(`--json and --reporter ${reporter} exclude each other`, 'with --out the file takes what the reporter writes');
  }
  if (reporter === 'mermaid' && machines.length !== 1) {
    throw wrongUse('--reporter mermaid needs one MACHINE', 'a diagram shows one machine');
  }
}

function noHistory(name: string): UserError {
  const reason =
    name === 'breaker'
      ? 'the store keeps where the breaker of a tool stands, not how it came there'
      : 'no event of a run tells of its transitions';
  return wrongUse(`${name} has no history: ${reason}`, 'run and step have one; for other machines count tests: --from tests');
}

function wrongUse(message: string, hint?: string): UserError {
  return new UserError(exitCodes.usage, 'usage', message, hint === undefined ? {} : { hint });
}
