import shippedConfig from '../../../router/router_config.json' with { type: 'json' };
import { routerConfigSchema } from '../../../schemas/router-config.ts';
import type { RouterConfig } from '../../../schemas/router-config.ts';

/** The router configuration that ships with Stateyard: its tools, with what their ends mean, and its rules (docs/tools.md). */
export const shippedRouter: RouterConfig = routerConfigSchema.parse(shippedConfig);
