import type { CheckDraft, Clues } from './clues.ts';

// A list of files would miss those that come later.
const others: readonly string[] = ['(', '-name', 'plans', '-o', '-name', 'fixtures', '-o', '-name', '.?*', ')', '-prune'];
const validates: readonly string[] = ['-type', 'f', '-name', '*.pp', '-exec', 'puppet', 'parser', 'validate', '{}', '+'];
const validation: CheckDraft['command'] = ['find', '.', ...others, '-o', ...validates];
// Plans are in the same files' language, and the parser refuses them unless it is told that they are plans; fixtures are others' modules.
const notManifests = /(^|\/)(plans|fixtures)\//;

/**
 * The syntax of Puppet manifests, by Puppet's own parser, which compiles no catalog and reaches no server (manual of puppet-parser, action validate). A file that ends
 * with `.pp` may be Pascal: the languages of the project tell.
 */
export function puppetChecks(clues: Clues): readonly CheckDraft[] {
  if (!clues.survey.languages.some(({ language }) => language === 'Puppet')) return [];
  const manifests = clues.withExtension('pp').filter((path) => !notManifests.test(path));
  if (manifests.length === 0) return [];
  const reason = manifests.length === 1 ? `the manifest ${manifests[0] ?? ''}` : `${manifests.length} manifests of Puppet`;
  return [{ id: 'puppet-validate', type: 'validation', command: validation, requires: ['puppet'], reason }];
}
