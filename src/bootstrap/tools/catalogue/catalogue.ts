import type { CatalogueTool } from './catalogue-tool.ts';
import { compiledTools } from './compiled-tools.ts';
import { contentTools } from './content-tools.ts';
import { operationsTools } from './operations-tools.ts';
import { pythonTools } from './python-tools.ts';
import { webTools } from './web-tools.ts';

/** Every tool that a router can use beside the shipped ones; of several for the same work the first goes first. */
export const catalogue: readonly CatalogueTool[] = [
  ...pythonTools,
  ...webTools,
  ...compiledTools,
  ...operationsTools,
  ...contentTools,
];
