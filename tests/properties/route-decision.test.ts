import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesOf, decide } from '../../router/decide.ts';
import { conditionsOf, decideAgain } from '../../router/recompute.ts';
import type { RequestDraft } from '../../router/request-draft.ts';
import { routeDecisionSchema } from '../../schemas/route-decision.ts';
import type { RouteDecision } from '../../schemas/route-decision.ts';
import type { App, RoutingRule } from '../../schemas/router-config.ts';
import { routeWorld } from './route-world.ts';
import type { RouteWorld } from './route-world.ts';

const runs = { numRuns: 200 };
const decided = ({ config, request, phase, conditions }: RouteWorld) => decide(config, request, phase, conditions);

function holdsFor(property: (world: RouteWorld, decision: RouteDecision) => void): void {
  fc.assert(
    fc.property(routeWorld, (world) => property(world, decided(world))),
    runs,
  );
}

/** Whether request, phase and capability permit a tool, told from the documents alone. */
function permitted({ config, request, phase }: RouteWorld, toolId: string): boolean {
  const app = new Map(Object.entries(config.apps)).get(toolId);
  if (app === undefined || phase?.disallowedTools.includes(toolId) === true) return false;
  const lists = [request.routing.allowed_tools, phase?.allowedTools].filter((list) => list !== undefined && list !== null);
  return lists.every((list) => list.includes(toolId)) && capable(app, request);
}

function capable({ capabilities: { task_kinds, domains = [] } }: App, { task_kind, classification }: RequestDraft): boolean {
  const kind = task_kinds === undefined || task_kinds.some((name) => name === '*' || name === task_kind);
  const anywhere = classification.domain === '' || domains.length === 0;
  return kind && (anywhere || domains.some((name) => name === '*' || name === classification.domain));
}

function matching({ config, request }: RouteWorld): RoutingRule | undefined {
  const { complexity, risk_tier, domain } = request.classification;
  const holds = (asked: string | readonly string[] | undefined, said: string) =>
    asked === undefined || (Array.isArray(asked) ? asked.includes(said) : asked === said);
  return config.routing.rules?.filter(
    ({ match }) =>
      holds(match.task_kind, request.task_kind) &&
      holds(match.risk_tier, risk_tier) &&
      holds(match.complexity, complexity) &&
      holds(match.domain, domain),
  )[0];
}

describe('a decision', () => {
  it('never takes a tool outside what is allowed, the phase and the capabilities', () => {
    holdsFor((world, { tool_id }) => {
      if (tool_id !== null) expect(permitted(world, tool_id)).toBe(true);
    });
  });

  it('never takes a tool that is busy, spent, missing or behind an open breaker', () => {
    holdsFor(({ conditions: { spent, missing, open, full } }, { tool_id }) => {
      if (tool_id === null) return;
      expect([spent.includes(tool_id), missing.has(tool_id), open.has(tool_id), full.has(tool_id)]).toEqual([
        false,
        false,
        false,
        false,
      ]);
    });
  });

  it('is made by the first rule that matches', () => {
    holdsFor((world, { rule, strategy }) => {
      const expected = matching(world);
      expect(rule).toBe(expected?.id ?? null);
      expect(strategy).toBe(expected?.strategy ?? world.request.routing.strategy);
    });
  });

  it('takes no fallback while a tool that is selected is left, if busy, unless the step goes on with it', () => {
    holdsFor((world, { tool_id, cut, candidates }) => {
      const { select_from: selected } = matching(world) ?? {};
      if (tool_id === null || selected === undefined || selected.includes(tool_id) || tool_id === world.conditions.current)
        return;
      const gone = new Set(cut.filter(({ why }) => why !== 'at_max_parallel').map((each) => each.tool_id));
      expect(candidates.filter((toolId) => selected.includes(toolId) && !gone.has(toolId))).toEqual([]);
    });
  });

  it('takes a tool, or waits for a busy one, or has cut every candidate for another reason', () => {
    holdsFor((_, { tool_id, waits, cut, candidates }) => {
      expect(new Set(candidates).size).toBe(candidates.length);
      expect(candidates).toEqual(expect.arrayContaining(cut.map((each) => each.tool_id)));
      const left = candidates.filter((toolId) => !cut.some((each) => each.tool_id === toolId));
      if (tool_id !== null) expect([left.includes(tool_id), waits]).toEqual([true, false]);
      const busy = cut.some(({ why }) => why === 'at_max_parallel');
      if (waits) expect([tool_id, busy]).toEqual([null, true]);
      if (tool_id === null && !waits) expect([left, busy]).toEqual([[], false]);
    });
  });

  it('takes one of the tools that were said to be possible, in any conditions', () => {
    holdsFor(({ config, request, phase }, { tool_id, candidates }) => {
      const possible = candidatesOf(config, request, phase);
      expect(candidates.filter((toolId) => possible.includes(toolId))).toEqual(possible);
      if (tool_id !== null) expect(possible).toContain(tool_id);
    });
  });

  it('is made again from its record, by way of the file', () => {
    holdsFor(({ config, request, phase }, decision) => {
      const recorded = routeDecisionSchema.parse(JSON.parse(JSON.stringify(decision)));
      expect(decide(config, request, phase, conditionsOf(recorded))).toEqual(recorded);
      expect(decideAgain(config, request, phase, recorded)).toBeNull();
    });
  });
});
