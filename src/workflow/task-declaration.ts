import type { Classification } from '../../schemas/work.ts';
import type { TaskDeclaration } from './model.ts';

/** The only template there is: its sections are those that a file gives. */
export const defaultTemplateId = 'default';

/** How a task is classified where its file does not say all of it: moderate, no risk tier, no domain, normal. */
export function classificationOf(given: {
  readonly [Key in keyof Classification]?: Classification[Key] | undefined;
}): Classification {
  return Object.freeze({
    complexity: given.complexity ?? 'moderate',
    risk_tier: given.risk_tier ?? '',
    domain: given.domain ?? '',
    priority: given.priority ?? 'normal',
  });
}

type Routing = Pick<TaskDeclaration, 'strategy' | 'allowedTools' | 'preferredTools'>;

/** How a task asks to be routed, null or empty where its file does not say. */
export function routingOf(given: {
  readonly strategy?: Routing['strategy'] | undefined;
  readonly allowed_tools?: Routing['allowedTools'] | undefined;
  readonly preferred_tools?: Routing['preferredTools'] | undefined;
}): Routing {
  return {
    strategy: given.strategy ?? null,
    allowedTools: given.allowed_tools ?? null,
    preferredTools: given.preferred_tools ?? [],
  };
}
