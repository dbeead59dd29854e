import { promptSectionNames } from '../schemas/prompt-instance.ts';
import type { PromptInstance, PromptSection } from '../schemas/prompt-instance.ts';
import { defaultSections } from './prompt-defaults.ts';
import type { PromptWork } from './prompt-defaults.ts';
import type { RequestProblem } from './request-codes.ts';

type Sections = PromptInstance['sections'];

const maxPromptBytes = 512 * 1024;

/**
 * The sections of a task's prompt: those that are `given` (every expression of them resolved), else the default ones; a given text that is empty
 * leaves its section out. OBJECTIVE is '' where nothing gives it, which {@link promptProblems} reports. The same work gives the same text.
 */
export function renderPrompt(work: PromptWork, given: Readonly<Partial<Record<PromptSection, string>>>): Sections {
  const texts = { ...defaultSections(work), ...given };
  const sections: Sections = { OBJECTIVE: '' };
  for (const name of promptSectionNames) {
    const text = withoutBlankEdges(texts[name] ?? '');
    if (text !== '') sections[name] = text;
  }
  return sections;
}

/** The text that a tool is given: each section under a heading with its name, in the order of the names; it ends with a newline. */
export function promptText(sections: Sections): string {
  const parts = promptSectionNames.flatMap((name) => {
    const text = sections[name] ?? '';
    return text === '' ? [] : [`# ${name}\n\n${text}\n`];
  });
  return parts.join('\n');
}

/** What is wrong with a prompt (prompt_spec_invalid): no objective, a NUL character, more than 512 KiB in all. */
export function promptProblems(sections: Sections): readonly RequestProblem[] {
  const problem = (path: readonly string[], message: string, hint: string | null): RequestProblem => ({
    code: 'prompt_spec_invalid',
    from: 'task',
    path: ['prompt', ...path],
    message,
    hint,
  });
  const problems: RequestProblem[] = [];
  if (sections.OBJECTIVE.trim() === '')
    problems.push(problem(['OBJECTIVE'], 'the section OBJECTIVE is empty', 'say in it what is to be done'));
  for (const name of promptSectionNames) {
    if (sections[name]?.includes('\0') === true)
      problems.push(problem([name], `the section ${name} holds a NUL character, which no tool can be given`, null));
  }
  const bytes = Buffer.byteLength(promptText(sections));
  if (bytes > maxPromptBytes)
    problems.push(
      problem(
        [],
        `the prompt has ${bytes} bytes, and at most ${maxPromptBytes} are possible`,
        'name files instead of quoting them',
      ),
    );
  return problems;
}

function withoutBlankEdges(text: string): string {
  return text.trimEnd().replace(/^(?:[ \t]*\r?\n)+/, '');
}
