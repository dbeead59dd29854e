import type { PythonManifest } from '../project.ts';
import type { CheckDraft, Clues } from './clues.ts';
import { pythonItself, pythonRun, usesPythonTool } from './python-environment.ts';

const mostRead = 20;

/**
 * The tests of a Python project: pytest where it is used, else Django's own runner or unittest. nox and tox serve where pytest is
 * not there to be run, because they make an environment for every version of Python first.
 */
export function pythonTests(clues: Clues, manifest: PythonManifest): readonly CheckDraft[] {
  const files = testFiles(clues);
  const direct = directTests(clues, manifest, files);
  if (direct !== null && (direct.requires ?? []).every((program) => clues.canRun(program))) return [direct];
  const session = sessions(clues, manifest).find(({ command }) => clues.canRun(command[0]));
  return [direct, session ?? null].filter((draft) => draft !== null);
}

function directTests(clues: Clues, manifest: PythonManifest, files: readonly string[]): CheckDraft | null {
  const usesDjango = clues.has('manage.py') && manifest.dependencies.has('django');
  if (usesPythonTool(manifest, 'pytest')) return pytest(clues, reasonOfPytest(manifest));
  if (usesDjango) return { id: 'django-test', type: 'test', ...pythonItself(clues, ['manage.py', 'test']), reason: 'manage.py' };
  const [first] = files;
  if (first === undefined) return null;
  const shown = clues.named('conftest.py')[0];
  if (shown !== undefined) return pytest(clues, shown);
  const texts = files.slice(0, mostRead).map((path) => clues.text(path));
  if (texts.some((text) => /^\s*(import|from) pytest\b/m.test(text))) return pytest(clues, `${first} and others import pytest`);
  if (!texts.some((text) => /^\s*(import|from) unittest\b/m.test(text))) return pytest(clues, first);
  return unittest(clues, files);
}

function pytest(clues: Clues, reason: string): CheckDraft {
  return { id: 'pytest', type: 'test', ...pythonRun(clues, { package: 'pytest', module: 'pytest' }, ['pytest']), reason };
}

/** unittest finds tests below the root only through packages, so that a plain folder of tests must be named. */
function unittest(clues: Clues, files: readonly string[]): CheckDraft {
  const folder = ['tests', 'test'].find((name) => files.some((path) => path.startsWith(`${name}/`)));
  const isPackage = folder === undefined || clues.has(`${folder}/__init__.py`);
  const words = isPackage ? ['-m', 'unittest', 'discover'] : ['-m', 'unittest', 'discover', '-s', folder];
  const namedOtherwise = files.every((path) => !/(^|\/)test[^/]*\.py$/.test(path));
  if (namedOtherwise) words.push('-p', '*_test.py');
  return { id: 'unittest', type: 'test', ...pythonItself(clues, words), reason: `${files[0] ?? ''} and others use unittest` };
}

function sessions(clues: Clues, manifest: PythonManifest): readonly CheckDraft[] {
  const drafts: CheckDraft[] = [];
  if (clues.has('noxfile.py'))
    drafts.push({ id: 'nox', type: 'test', ...pythonRun(clues, { package: 'nox' }, ['nox']), reason: 'noxfile.py' });
  if (clues.has('tox.ini') || clues.has('tox.toml') || manifest.configuredTools.has('tox')) {
    const reason = clues.firstOf(['tox.ini', 'tox.toml']) ?? 'configuration of tox';
    drafts.push({
      id: 'tox',
      type: 'test',
      ...pythonRun(clues, { package: 'tox' }, ['tox', 'run', '--skip-missing-interpreters=true']),
      reason,
    });
  }
  return drafts;
}

function reasonOfPytest(manifest: PythonManifest): string {
  return manifest.configuredTools.has('pytest') ? 'configuration of pytest' : 'dependency pytest';
}

function testFiles(clues: Clues): readonly string[] {
  return clues.withExtension('py').filter((path) => /(^|\/)(test_[^/]*|[^/]*_test|tests?)\.py$/.test(path));
}
