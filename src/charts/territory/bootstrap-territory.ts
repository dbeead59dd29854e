import type { SnapshotFrom } from 'xstate';
import type { bootstrapMachine } from '../../../machines/bootstrap.ts';
import { nextToWrite } from '../../../machines/bootstrap-model.ts';
import type {
  BootstrapInput,
  ComparisonReport,
  DiscoveryReport,
  FileChange,
  GenerationReport,
  SelectionReport,
  ValidationReport,
} from '../../../machines/bootstrap-model.ts';
import type { SampleEvent } from '../verify/guards-said.ts';

const discovered: DiscoveryReport = {
  discovery: {
    project_root: '/p',
    project_name: 'p',
    domain: 'software-dev',
    languages: [{ language: 'Go', percentage: 100 }],
    resource_types: [],
    available_tools: [],
  },
  warnings: ['link: not followed'],
};

const selected: SelectionReport = {
  profileId: 'software-dev-go',
  profileVersion: '1.0.0',
  domain: 'software-dev',
  confidence: 0.9,
  reasons: ['go.mod'],
  considered: [{ profileId: 'software-dev-go', score: 0.9 }],
  shortfalls: [],
};

const generated: GenerationReport = {
  files: [
    { path: 'a.yaml', type: 'project_profile', text: 'a' },
    { path: 'b.json', type: 'router_config', text: 'b' },
    { path: 'c.yaml', type: 'workflow', text: 'c' },
  ],
  shortfalls: [],
  warnings: [],
};

const valid: ValidationReport = {
  problems: [],
  configuration: { patchOnly: true, testsMustPass: true, maxLinesChanged: null, toolIds: [] },
};

/** A comparison of the generated files with these changes, in their order. */
function compared(...changes: readonly FileChange['change'][]): ComparisonReport {
  return {
    changes: changes.map((change, index) => ({
      path: generated.files[index]?.path ?? '',
      change,
      sha256Before: change === 'new' ? null : `sha-${String(index)}`,
      diff: null,
    })),
    newFolders: [],
    obstacles: [],
  };
}

const obstructed: ComparisonReport = {
  ...compared('new'),
  obstacles: [{ path: 'b.json', message: 'b.json is a folder' }],
};

const endings: Readonly<Record<string, readonly [actor: string, outputs: readonly object[]]>> = {
  discovering: ['discover', [discovered]],
  selecting: ['select', [selected, { ...selected, shortfalls: ['nothing fits well'] }]],
  generating: ['generate', [generated]],
  validating: ['validate', [valid, { problems: [{ path: 'a.yaml', message: 'a.yaml:1:1: bad' }], configuration: null }]],
  comparing: [
    'compare',
    [
      compared('unchanged', 'unchanged', 'unchanged'),
      compared('new', 'new', 'new'),
      compared('new', 'unchanged', 'replaced'),
      obstructed,
    ],
  ],
};

/** All three wishes of a person, each way. */
export const bootstrapInputs: readonly BootstrapInput[] = [false, true].flatMap((force) =>
  [false, true].flatMap((dryRun) => [false, true].map((interactive) => ({ force, dryRun, interactive }))),
);

/** Everything that can happen to a bootstrap in this snapshot, and what it must not listen to there. */
export function bootstrapEvents(snapshot: SnapshotFrom<typeof bootstrapMachine>): readonly SampleEvent[] {
  const person = [{ type: 'REPLACE' }, { type: 'KEEP' }, { type: 'CANCEL', reason: 'interrupted' }];
  return [...person, ...actorEvents(snapshot)];
}

function actorEvents({ value, context }: SnapshotFrom<typeof bootstrapMachine>): SampleEvent[] {
  const path = nextToWrite(context)?.file.path ?? '';
  const [actor, outputs] = value === 'writing' ? ['write', [{ path }]] : (endings[value] ?? ['', []]);
  if (actor === '') return [];
  const done = outputs.map((output) => ({ type: `xstate.done.actor.${actor}`, output }));
  return [...done, { type: `xstate.error.actor.${actor}`, error: new Error(`${actor} broke`) } as SampleEvent];
}

/** A configuration of a bootstrap: its state and all it remembers. */
export function bootstrapKey({ value, context }: SnapshotFrom<typeof bootstrapMachine>): string {
  return JSON.stringify([value, context]);
}
