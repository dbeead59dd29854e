import type { FoundTool, ProjectCheck, ProjectChecks, Survey } from '../project.ts';
import { anyChecks } from './any-checks.ts';
import type { CheckDraft, Clues } from './clues.ts';
import { cluesOf } from './clues.ts';
import { dataChecks } from './data-checks.ts';
import { documentationChecks } from './documentation-checks.ts';
import { goChecks } from './go-checks.ts';
import { jvmChecks } from './jvm-checks.ts';
import { nodeChecks } from './node-checks.ts';
import { operationsChecks } from './operations-checks.ts';
import { otherChecks } from './other-checks.ts';
import { proseChecks } from './prose-checks.ts';
import { pythonChecks } from './python-checks.ts';
import { rustChecks } from './rust-checks.ts';
import { shellChecks } from './shell-checks.ts';
import { targetChecks } from './target-checks.ts';

/** Says which checks an ecosystem brings; an empty list where the project does not use it. */
type Finder = (clues: Clues) => readonly CheckDraft[];

/** Where checks come from, in the order of a workflow. The name keeps ids apart. */
const ecosystems: readonly (readonly [name: string, finder: Finder])[] = [
  ['node', nodeChecks],
  ['python', pythonChecks],
  ['go', goChecks],
  ['rust', rustChecks],
  ['jvm', jvmChecks],
  ['other', otherChecks],
  ['data', dataChecks],
  ['docs', documentationChecks],
  ['prose', proseChecks],
  ['operations', operationsChecks],
  ['shell', shellChecks],
];

/**
 * The checks of a project, without executing anything: what its manifests name and what it is configured for. Targets of make,
 * just and task serve only for types of checks that nothing else gives, pre-commit and git only where nothing else looks at the
 * text of the files.
 */
export function findChecks(survey: Survey, tools: readonly FoundTool[]): ProjectChecks {
  const clues = cluesOf(survey, tools);
  const collection = new CheckCollection(clues);
  for (const [name, finder] of ecosystems) collection.add(name, finder(clues));
  const found = collection.runnableTypes();
  collection.add(
    'target',
    targetChecks(clues).filter(({ type }) => !found.has(type)),
  );
  collection.add('any', anyChecks(clues, collection.runnableTypes()));
  return collection.result();
}

type Named = CheckDraft & { readonly finalId: string };

/** The checks found so far. */
class CheckCollection {
  readonly #clues: Clues;
  readonly #drafts: Named[] = [];
  readonly #ids = new Set<string>();

  constructor(clues: Clues) {
    this.#clues = clues;
  }

  add(ecosystem: string, drafts: readonly CheckDraft[]): void {
    for (const draft of drafts) this.#drafts.push({ ...draft, finalId: this.#freeId(ecosystem, draft.id) });
  }

  /** Types of which a check can really run. */
  runnableTypes(): ReadonlySet<ProjectCheck['type']> {
    return new Set(this.#drafts.filter((draft) => this.#missingProgram(draft) === null).map(({ type }) => type));
  }

  /** Needs first; a setup that no check needs is left out. */
  result(): ProjectChecks {
    const checks: ProjectCheck[] = [];
    const missing: { check: ProjectCheck; program: string }[] = [];
    const ranked = this.#drafts
      .map((draft) => ({ draft, rank: this.#rank(draft) }))
      .toSorted((one, other) => one.rank - other.rank);
    for (const { draft } of ranked) {
      if (draft.type === 'setup' && !this.#isNeeded(draft)) continue;
      const program = this.#missingProgram(draft);
      const check = this.#checkOf(draft);
      if (program === null) checks.push(check);
      else missing.push({ check, program });
    }
    return { checks, missing };
  }

  #checkOf(draft: Named): ProjectCheck {
    const { finalId, type, command, reason } = draft;
    return { id: finalId, type, command, needs: this.#needsOf(draft).map((need) => need.finalId), reason };
  }

  #needsOf(draft: Named): readonly Named[] {
    return (draft.needs ?? []).flatMap((id) => this.#drafts.find((each) => each.id === id && each !== draft) ?? []);
  }

  #isNeeded(setup: Named): boolean {
    return this.#drafts.some((draft) => draft.type !== 'setup' && this.#needsDeep(draft).includes(setup));
  }

  #needsDeep(draft: Named): readonly Named[] {
    return this.#needsOf(draft).flatMap((need) => [need, ...this.#needsDeep(need)]);
  }

  #rank(draft: Named): number {
    return this.#needsOf(draft).reduce((rank, need) => Math.max(rank, this.#rank(need) + 1), 0);
  }

  #missingProgram(draft: Named): string | null {
    const own = (draft.requires ?? [draft.command[0]]).find((program) => !this.#clues.canRun(program));
    if (own !== undefined) return own;
    for (const need of this.#needsOf(draft)) {
      const program = this.#missingProgram(need);
      if (program !== null) return program;
    }
    return null;
  }

  #freeId(ecosystem: string, id: string): string {
    const wanted = this.#ids.has(id) ? `${ecosystem}-${id}` : id;
    let free = wanted;
    for (let count = 2; this.#ids.has(free); count += 1) free = `${wanted}-${count}`;
    this.#ids.add(free);
    return free;
  }
}
