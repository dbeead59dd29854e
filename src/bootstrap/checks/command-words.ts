import type { ProjectCheck } from '../project.ts';

type Command = ProjectCheck['command'];

/** A fixed script with words of the project as its arguments: they are never part of what the shell reads. `name` is its `$0`. */
export function shellCommand(script: string, name: string, words: readonly string[] = []): Command {
  return ['sh', '-c', script, name, ...words];
}

/** A path of the project as an argument that no program takes for an option. */
export function pathWord(path: string): string {
  return /^[A-Za-z0-9_.]/.test(path) ? path : `./${path}`;
}

/** The folder of a file of the project, `.` for its root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '.' : path.slice(0, slash);
}

/** How many folders a path lies below the root. */
export function depthOf(path: string): number {
  return path.split('/').length - 1;
}

/** The words as a part of an id: lower case letters and digits, with `-` between them; at most 40 characters. */
export function idPart(words: string): string {
  return words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-|-$/g, '');
}

// Well below the 128 KiB that Linux allows for all arguments of the smallest stack limit, and short enough to be read in a file.
const mostBytesOfList = 30_000;
const mostFilesOfList = 200;

/** The paths as arguments, in lists that fit on a command line: at most `mostLists` of them, so that a file stays readable. */
export function pathLists(paths: readonly string[], mostLists: number): readonly (readonly string[])[] {
  const lists: string[][] = [];
  let bytes = 0;
  for (const word of paths.map(pathWord)) {
    const size = Buffer.byteLength(word) + 1;
    const list = lists.at(-1);
    if (list !== undefined && list.length < mostFilesOfList && bytes + size <= mostBytesOfList) {
      list.push(word);
      bytes += size;
      continue;
    }
    if (lists.length === mostLists) break;
    lists.push([word]);
    bytes = size;
  }
  return lists;
}
