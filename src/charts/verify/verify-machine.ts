import type { AnyStateMachine } from 'xstate';
import type { Finding, VerifyReport } from '../../../schemas/cli/verify-report.ts';
import { chartOf } from '../chart-of.ts';
import type { Chart } from '../chart.ts';
import { statesOf, transitionsOf } from '../chart.ts';
import { goalOf, missedEnds } from './ends.ts';
import { explore } from './explore.ts';
import type { Bounds, Exploration } from './explore.ts';
import { guardsSaid } from './guards-said.ts';
import type { GuardsSaid, Samples } from './guards-said.ts';
import { transitionLabel } from './paths.ts';
import { unreachableParts } from './reachability.ts';
import { statePairs } from './state-pairs.ts';
import { endlessTurns, untakenErrors } from './turns.ts';

/** What a machine is verified with, beside its chart. */
export interface VerifyOptions {
  readonly bounds?: Bounds;
  /** What its real guards are tried with; without them only what can be seen in the chart is said of guards. */
  readonly samples?: Samples;
}

/**
 * Proves of a machine's chart, for all answers of its guards, that every state and transition is reached, that every configuration can reach an end (or the
 * start again, in a chart without one), that final states keep what they have, and that every turn ends. What is shown to be possible may still be kept
 * from happening by what the guards really say; with `samples` they are asked as well.
 *
 * @throws UserError (exit code 3) where the machine throws on a sample.
 */
export function verifyMachine(machine: AnyStateMachine, options: VerifyOptions = {}): VerifyReport {
  const chart = chartOf(machine);
  const exploration = explore(chart, options.bounds);
  const said = options.samples === undefined ? null : guardsSaid(machine, chart, options.samples);
  const boundsMet = [...exploration.boundsMet, ...(said?.boundMet === true ? ['snapshots'] : [])];
  const found = [
    ...unreachableParts(exploration),
    ...missedEnds(exploration),
    ...endlessTurns(exploration),
    ...untakenErrors(exploration),
    ...(said === null ? [] : oneSidedGuards(chart, said)),
    ...(boundsMet.length > 0 ? [boundsFinding(exploration, boundsMet)] : []),
  ];
  const failed = found.some(({ severity }) => severity === 'error');
  return {
    machine: chart.id,
    version: chart.version,
    verdict: failed ? 'failed' : boundsMet.length > 0 ? 'unproven' : 'passed',
    goal: goalOf(chart),
    bounds_met: boundsMet,
    ...countsOf(exploration),
    pairs: [...statePairs(exploration)],
    guards: said === null ? null : guardCounts(said),
    findings: found.toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning')),
  };
}

function countsOf({
  chart,
  firstEntries,
  taken,
  configurations,
}: Exploration): Pick<VerifyReport, 'states' | 'transitions' | 'configurations'> {
  const states = statesOf(chart).filter(({ kind }) => kind !== 'history');
  return {
    states: { total: states.length, reached: states.filter(({ path }) => firstEntries.has(path)).length },
    transitions: { total: transitionsOf(chart).length, taken: taken.size },
    configurations: configurations.size,
  };
}

function guardCounts({ guards, snapshots }: GuardsSaid): VerifyReport['guards'] {
  const all = [...guards.values()];
  return {
    total: all.length,
    said_true: all.filter(({ saidTrue }) => saidTrue).length,
    said_false: all.filter(({ saidFalse }) => saidFalse).length,
    snapshots,
  };
}

/** Guards that gave one answer only. One that never holds is an error, unless not everything could be tried. */
function oneSidedGuards(chart: Chart, { guards, boundMet }: GuardsSaid): readonly Finding[] {
  return transitionsOf(chart).flatMap((transition): Finding[] => {
    const label = transitionLabel(transition);
    const answers = guards.get(label);
    if (answers === undefined || (answers.saidTrue && answers.saidFalse)) return [];
    const guard = `guard ${transition.guard ?? ''} of ${label}`;
    const message =
      answers.firstAsked === null
        ? `the ${guard} is never asked`
        : `the ${guard} never says ${answers.saidTrue ? 'false' : 'true'}`;
    return [
      {
        code: answers.saidTrue ? 'guard_never_false' : 'guard_never_true',
        severity: answers.saidTrue || boundMet ? 'warning' : 'error',
        message: `${message}, with the inputs and events that are given`,
        states: [transition.source],
        transitions: [label],
        path: answers.firstAsked === null ? null : [...answers.firstAsked],
      },
    ];
  });
}

function boundsFinding({ configurations }: Exploration, boundsMet: readonly string[]): Finding {
  return {
    code: 'bounds_met',
    severity: 'warning',
    message: `not everything was looked at: a bound was met (${boundsMet.join(', ')}) after ${configurations.size} configurations`,
    states: [],
    transitions: [],
    path: null,
  };
}
