import { FunctionAttempts } from '../engine/function-attempts.ts';
import type { SessionWorld } from '../engine/session.ts';
import type { StepFunction } from '../engine/step-call.ts';
import { fileOutputs, subprocessAttempts } from '../engine/subprocess-attempts.ts';
import { systemClock, systemEntropy } from '../engine/system-ports.ts';
import type { StoreLayout } from '../store/layout.ts';

/** The world of the sessions of one yard: that of the command line, and the functions of this program. */
export function sessionWorld(
  layout: StoreLayout,
  functions: ReadonlyMap<string, StepFunction>,
  told: { readonly onEvents: SessionWorld['onEvents']; readonly onTrouble: (message: string) => void },
): SessionWorld {
  const attempts = new FunctionAttempts(functions, subprocessAttempts, systemClock);
  return {
    layout,
    clock: systemClock,
    entropy: systemEntropy(),
    attempts,
    readOutputs: attempts.reader(fileOutputs),
    openRoutes: async ({ routing }) => (await import('../routing/open-routes.ts')).openRoutes(layout, routing, told.onTrouble),
    onEvents: told.onEvents,
  };
}
