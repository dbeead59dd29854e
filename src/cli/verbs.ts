import type { Verb } from './command.ts';
import { machinesVerb, verifyVerb } from './verbs/charts.ts';
import { inspectVerb } from './verbs/inspect.ts';
import { generateTestsVerb } from './verbs/cover.ts';
import { coverageVerb } from './verbs/coverage.ts';
import { eventsVerb, logsVerb, lsVerb, showVerb, watchVerb } from './verbs/reading.ts';
import { explainVerb, routeVerb, statsVerb, toolsVerb } from './verbs/routing.ts';
import { resumeVerb, runVerb } from './verbs/running.ts';
import { initVerb } from './verbs/setup.ts';
import { simulateVerb } from './verbs/simulate.ts';
import { approveVerb, cancelVerb, pauseVerb, quarantineVerb, rejectVerb, unpauseVerb } from './verbs/steering.ts';
import { completionVerb, doctorVerb, gcVerb, planVerb, schemaVerb, validateVerb } from './verbs/upkeep.ts';

/** The verbs in the order of the help text, by group. Data only: what a verb does is loaded when it is called. */
export const verbGroups: readonly { readonly title: string; readonly verbs: readonly Verb[] }[] = [
  { title: 'Run', verbs: [runVerb, resumeVerb] },
  { title: 'Steer', verbs: [approveVerb, rejectVerb, cancelVerb, pauseVerb, unpauseVerb, quarantineVerb] },
  { title: 'Look', verbs: [lsVerb, showVerb, explainVerb, eventsVerb, logsVerb, watchVerb, inspectVerb, statsVerb] },
  { title: 'Check', verbs: [validateVerb, planVerb, simulateVerb, schemaVerb] },
  { title: 'Charts', verbs: [machinesVerb, verifyVerb, generateTestsVerb, coverageVerb] },
  { title: 'Route', verbs: [routeVerb, toolsVerb] },
  { title: 'Keep', verbs: [doctorVerb, gcVerb] },
  { title: 'Set up', verbs: [initVerb, completionVerb] },
];

/** All verbs. */
export const verbs: readonly Verb[] = verbGroups.flatMap((group) => group.verbs);

/** The verb of this name. */
export function findVerb(name: string): Verb | undefined {
  return verbs.find((verb) => verb.name === name);
}
