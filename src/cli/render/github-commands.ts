/** A value for the message of a workflow command of GitHub Actions. */
export function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A value for a property of a workflow command of GitHub Actions. */
export function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** `::error …` that is listed on the page of the run, with its title. */
export function errorCommand(title: string, message: string): string {
  return `::error title=${escapeProperty(title)}::${escapeMessage(message)}`;
}

/** Text that the older way to give commands, which is found anywhere in a line, does not take for one. */
export function withoutOldCommands(text: string): string {
  return text.replaceAll('##[', '## [');
}

/**
 * Clean lines of a tool between the commands that stop and restart the runner's reading of commands. The word that restarts it is
 * not in the lines: `token` is asked after they are known, and made longer should it be.
 */
export function withoutCommands(lines: readonly string[], token: () => string): string[] {
  let word = token();
  while (lines.some((line) => line.includes(word))) word += '0';
  return [`::stop-commands::${word}`, ...lines.map(withoutOldCommands), `::${word}::`];
}
