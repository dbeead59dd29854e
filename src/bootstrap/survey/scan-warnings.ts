const namedAtMost = 3;

/** What the walk of a project met and did not take, and the words for it. */
export class ScanWarnings {
  readonly links: string[] = [];
  readonly unreadableFolders: string[] = [];
  readonly deepFolders: string[] = [];
  readonly otherRepositories: string[] = [];
  readonly cutIgnoreFiles: string[] = [];
  readonly specialFiles: string[] = [];
  readonly strangeNames: string[] = [];
  /** Why the walk stopped before its end; null where it did not. */
  stopped: string | null = null;

  /** One sentence for each kind, with the first few paths. */
  toWords(): readonly string[] {
    const sentences = [
      sentence(this.links, 'link was not followed', 'links were not followed'),
      sentence(this.unreadableFolders, 'folder could not be read', 'folders could not be read'),
      sentence(this.specialFiles, 'entry is neither file nor folder', 'entries are neither files nor folders'),
      sentence(this.strangeNames, 'name is not UTF-8 and was left out', 'names are not UTF-8 and were left out'),
      sentence(
        this.otherRepositories,
        'folder is a repository of its own and was left out',
        'folders are repositories of their own and were left out',
      ),
      sentence(this.deepFolders, 'folder lies too deep and was not entered', 'folders lie too deep and were not entered'),
      sentence(
        this.cutIgnoreFiles,
        '.gitignore file holds patterns that were not used: too many, or too costly',
        '.gitignore files hold patterns that were not used: too many, or too costly',
      ),
    ];
    return [...sentences.filter((words) => words !== null), ...(this.stopped === null ? [] : [this.stopped])];
  }
}

function sentence(paths: readonly string[], one: string, many: string): string | null {
  if (paths.length === 0) return null;
  const named = paths.toSorted().slice(0, namedAtMost).join(', ');
  const rest = paths.length - namedAtMost;
  return `${paths.length} ${paths.length === 1 ? one : many}: ${named}${rest > 0 ? ` and ${rest} more` : ''}`;
}
