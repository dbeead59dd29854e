import type { Finding, PathStep, VerifyReport } from '../../../schemas/cli/verify-report.ts';

/** Exit code 0 of `verify` where every machine passed, 1 where one failed or could not be proven. */
export function verdictExitCode(reports: readonly VerifyReport[]): 0 | 1 {
  return reports.every(({ verdict }) => verdict === 'passed') ? 0 : 1;
}

/**
 * A verdict as text for a person: what was looked at, then each finding with the way to it, one event a line. `withPairs` adds what becomes of every event in
 * every state. Names are those of the machine, not yet safe for a terminal.
 */
export function renderVerdict(report: VerifyReport, withPairs = false): string {
  const { states, transitions, pairs, guards } = report;
  const count = (outcome: string): number => pairs.filter((pair) => pair.outcome === outcome).length;
  const version = report.version === null ? '' : ` ${report.version}`;
  const lines = [
    `${report.machine}${version}: ${report.verdict}`,
    `  ${states.reached} of ${states.total} states reached, ${transitions.taken} of ${transitions.total} transitions taken, in ${plural(report.configurations, 'configuration')}`,
    `  of ${pairs.length} pairs of a state and an event ${count('taken')} are taken, ${count('refused')} refused, ${count('cannot_come')} cannot come`,
    report.goal === 'end'
      ? '  looked for: an end that can be reached from everywhere'
      : '  it has no final state; looked for: the start, that it can be reached again from everywhere',
    ...(guards === null
      ? []
      : [
          `  of ${plural(guards.total, 'guard')} ${guards.said_true} said true and ${guards.said_false} said false, in ${plural(guards.snapshots, 'snapshot')}`,
        ]),
    ...report.findings.flatMap(findingLines),
    ...(withPairs ? ['', ...pairs.map(pairLine)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function findingLines({ severity, message, path }: Finding): readonly string[] {
  return ['', `  ${severity}: ${message}`, ...(path ?? []).map((step) => `    ${stepLine(step)}`)];
}

function stepLine({ event, guards, to }: PathStep): string {
  const asked = guards.length === 0 ? '' : ` [${guards.map(answerText).join(', ')}]`;
  const rest = to.length === 0 ? 'never at rest' : to.join(', ');
  return `${event === '' ? 'start' : event}${asked} -> ${rest}`;
}

function pairLine({ state, event, outcome, may_be_refused: mayBeRefused, ways }: VerifyReport['pairs'][number]): string {
  if (outcome !== 'taken') return `  ${state} ${event}: ${outcome === 'refused' ? 'refused' : 'cannot come'}`;
  const taken = ways.map(
    ({ transition, guards }) => `${transition}${guards.length === 0 ? '' : ` [${guards.map(answerText).join(', ')}]`}`,
  );
  return `  ${state} ${event}: ${taken.join(' or ')}${mayBeRefused ? ', or refused' : ''}`;
}

function answerText({ guard, said }: PathStep['guards'][number]): string {
  return `${guard} ${said ? 'yes' : 'no'}`;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
