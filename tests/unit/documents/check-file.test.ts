import { describe, expect, it } from 'vitest';
import { headerOf } from '../../../schemas/examples/doc-meta.ts';
import { patchPolicyExample } from '../../../schemas/examples/patch-policy.ts';
import { phaseSpecExample } from '../../../schemas/examples/phase-spec.ts';
import { routerConfigExample } from '../../../schemas/examples/router-config.ts';
import { checkFile, checkFileHeader } from '../../../src/documents/check-file.ts';
import type { FileKind } from '../../../src/workflow/document-keys.ts';

const fileOf = (value: unknown) => ({ path: 'd.json', text: JSON.stringify(value, null, 2) });

async function mistakesOf(kind: FileKind, value: unknown): Promise<string[]> {
  const found = await checkFile(fileOf(value), kind);
  return found.map(({ code, line, message, hint }) => `${code} ${line} ${message}; ${hint}`);
}

describe('checkFile', () => {
  it('finds nothing in a document that fits', async () => {
    expect(await mistakesOf('patch_policy', patchPolicyExample)).toEqual([]);
    expect(await mistakesOf('router_config', routerConfigExample)).toEqual([]);
  });

  it('names the document in its mistakes, in our words', async () => {
    expect(
      await mistakesOf('patch_policy', { patch_policy_id: '', scope: { level: 'projekt' }, more: 1, constraints: {} }),
    ).toEqual([
      'SY101 2 "patch_policy_id": expected an id, found an empty text; null',
      'SY101 4 "level": expected one of global, project, phase, doc, found the text "projekt"; did you mean "project"?',
      expect.stringMatching(
        /^SY102 6 unknown key "more" in a patch policy; known are meta, patch_policy_id, scope, constraints$/,
      ),
    ]);
  });

  it('finds what shows only in the meaning of a router configuration, after what shows in its shape', async () => {
    const routing = { rules: [{ id: 'r', match: {}, select_from: ['nobody'] }] };
    const wrong = await mistakesOf('router_config', { ...routerConfigExample, routing });
    expect(wrong.map((mistake) => mistake.slice(0, 5))).toEqual(['SY601']);
    const both = await mistakesOf('router_config', { ...routerConfigExample, routing, version: 1 });
    expect(both.map((mistake) => mistake.slice(0, 5))).toEqual(['SY101']);
  });

  it('says what cannot be read', async () => {
    const codes = async (text: string) => (await checkFile({ path: 'd', text }, 'patch_policy')).map(({ code }) => code);
    expect(await codes('')).toEqual(['SY004']);
    expect(await codes('{ scope: ')).not.toEqual([]);
  });
});

describe('the header of a document', () => {
  it('is that of no other document', async () => {
    const meta = headerOf('patch_policy', 'project_profile', 'Policy');
    expect(await mistakesOf('patch_policy', { ...patchPolicyExample, meta })).toEqual([
      'SY101 5 "doc_type": the header is that of a project profile, and the document is a patch policy; expected another type, such as other',
    ]);
    expect(checkFileHeader(fileOf({ ...phaseSpecExample, meta }), 'phase_spec').map(({ hint }) => hint)).toEqual([
      'expected phase_spec_master or phase_spec_instance',
    ]);
  });

  it.each(['phase_spec_master', 'phase_spec_instance', 'other', 'run_artifact'] as const)('of a phase may be %s', (type) => {
    const meta = headerOf('phase_spec', type, 'Phase');
    expect(checkFileHeader(fileOf({ ...phaseSpecExample, meta }), 'phase_spec')).toEqual([]);
  });

  it('may be absent', () => {
    expect(checkFileHeader({ path: 'd', text: 'phase_id: a\n' }, 'phase_spec')).toEqual([]);
    expect(checkFileHeader({ path: 'd', text: '- a\n' }, 'phase_spec')).toEqual([]);
  });
});
