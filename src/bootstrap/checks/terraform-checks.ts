import type { CheckDraft, Clues } from './clues.ts';
import { folderOf, idPart, pathWord } from './command-words.ts';

const mostRoots = 5;
const notARoot = /(^|\/)(modules|examples?|tests?|testdata|fixtures)(\/|$)/;

/**
 * Format of all files, and for each root module (a folder that configures a backend or a provider; at most five) an
 * initialisation without its backend and a validation. OpenTofu serves where only it is there, or where files are its own.
 */
export function terraformChecks(clues: Clues): readonly CheckDraft[] {
  const files = [...clues.withExtension('tf'), ...clues.withExtension('tofu')];
  const [first] = files;
  if (first === undefined) return [];
  const isTofu = clues.withExtension('tofu').length > 0 || (!clues.canRun('terraform') && clues.canRun('tofu'));
  const program = isTofu ? 'tofu' : 'terraform';
  const format: CheckDraft = {
    id: `${program}-fmt`,
    type: 'format',
    command: [program, 'fmt', '-check', '-diff', '-recursive'],
    reason: first,
  };
  const roots = rootModules(clues, files).flatMap((folder) => rootChecks(program, folder, clues));
  const config = clues.firstOf(['.tflint.hcl']);
  if (config === null) return [format, ...roots];
  return [format, { id: 'tflint', type: 'lint', command: ['tflint', '--recursive'], reason: config }, ...roots];
}

function rootModules(clues: Clues, files: readonly string[]): readonly string[] {
  const configures = /^\s*(backend|cloud)\b.*\{|^provider\s+"/m;
  const roots = new Set<string>();
  for (const path of files) {
    const folder = folderOf(path);
    if (!roots.has(folder) && !notARoot.test(folder) && configures.test(clues.text(path))) roots.add(folder);
  }
  if (roots.size === 0 && files.some((path) => folderOf(path) === '.')) return ['.'];
  return [...roots].slice(0, mostRoots);
}

function rootChecks(program: string, folder: string, clues: Clues): readonly CheckDraft[] {
  const suffix = folder === '.' ? '' : `-${idPart(folder)}`;
  const place = folder === '.' ? [] : [`-chdir=${folder}`];
  const lockFile = folder === '.' ? '.terraform.lock.hcl' : `${folder}/.terraform.lock.hcl`;
  const isLocked = clues.has(lockFile);
  const reason = folder === '.' ? 'the root module' : `the root module ${pathWord(folder)}`;
  const initId = `${program}-init${suffix}`;
  const init = [...place, 'init', '-backend=false', '-input=false', ...(isLocked ? ['-lockfile=readonly'] : [])];
  return [
    { id: initId, type: 'setup', command: [program, ...init], reason },
    { id: `${program}-validate${suffix}`, type: 'validation', command: [program, ...place, 'validate'], needs: [initId], reason },
  ];
}
