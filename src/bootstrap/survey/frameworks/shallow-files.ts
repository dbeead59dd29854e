import type { ScannedFile } from '../../project.ts';
import { isNotCounted } from '../languages/not-counted.ts';

const deepest = 3;

/** What stands in such folders shows what the project is tried with, not what it is. */
const aside: ReadonlySet<string> = new Set([
  'test',
  'tests',
  'testing',
  'spec',
  '__tests__',
  'fixtures',
  '__fixtures__',
  'test-data',
  'test_data',
  'example',
  'examples',
  'samples',
  'demo',
  'demos',
]);

/** The files in the root and at most three folders below, without tests, examples and what others wrote; the nearest to the root first, then by path. */
export function shallowFiles(files: readonly ScannedFile[]): readonly ScannedFile[] {
  const near = files
    .map((file) => ({ file, folders: file.path.split('/').slice(0, -1) }))
    .filter(({ folders }) => folders.length <= deepest && !folders.some((folder) => aside.has(folder)))
    .filter(({ file }) => !isNotCounted(file.path));
  return near.toSorted((a, b) => a.folders.length - b.folders.length).map(({ file }) => file);
}
