import { phaseToolsOf } from '../../router/conditions.ts';
import { invariant } from '../errors.ts';
import type { RoutePort } from '../engine/ports.ts';
import { systemClock } from '../engine/system-ports.ts';
import type { StoreLayout } from '../store/layout.ts';
import { createRoutePort } from './route-port.ts';
import type { RunRouting } from './run-routing.ts';

/** The port of a session whose run routes by `routing`, on the tools that all runs of the store share. `onTrouble` hears of what was lost without harm. */
export function openRoutes(layout: StoreLayout, { router, phase }: RunRouting, onTrouble: (message: string) => void): RoutePort {
  invariant(router !== null, 'only a run with tasks needs its tools');
  return createRoutePort({
    layout,
    config: router.config,
    configFolder: router.folder,
    phaseTools: phaseToolsOf(phase?.spec ?? null),
    clock: systemClock,
    onTrouble,
  });
}
