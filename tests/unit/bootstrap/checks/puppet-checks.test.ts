import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findChecks } from '../../../../src/bootstrap/checks/find-checks.ts';
import { foundTools, surveyOfFiles } from '../project-fixture.ts';

const manifest = "class demo {\n  package { 'demo':\n    ensure => installed,\n  }\n}\n";

describe('the manifests of Puppet', () => {
  const files = { 'manifests/init.pp': manifest, 'manifests/-odd name.pp': manifest, 'plans/all.pp': 'plan demo::all() {}\n' };

  test('are validated by their parser, without plans', () => {
    const { checks } = findChecks(surveyOfFiles(files), foundTools('puppet'));
    expect(checks.map(({ type, reason }) => [type, reason])).toEqual([['validation', '2 manifests of Puppet']]);
    const [program = '', ...args] = checks[0]?.command ?? [];
    const root = mkdtempSync(join(tmpdir(), 'stateyard-puppet-'));
    try {
      for (const [path, text] of Object.entries({ ...files, 'manifests/later.pp': manifest })) {
        mkdirSync(join(root, dirname(path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      const recorded = args.map((word) => (word === 'puppet' ? 'echo' : word));
      expect(execFileSync(program, recorded, { cwd: root, encoding: 'utf8' }).trim().split(' ./').toSorted()).toEqual([
        'manifests/-odd name.pp',
        'manifests/init.pp',
        'manifests/later.pp',
        'parser validate',
      ]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  test('are told from sources of Pascal, and miss the program by its name', () => {
    const pascal = 'program demo;\nbegin\n  writeln(1);\nend.\n';
    const found = findChecks(surveyOfFiles({ 'demo.pp': pascal, 'other.pas': pascal }), foundTools('puppet'));
    expect(found.checks.map(({ id }) => id)).not.toContain('puppet-validate');
    expect(findChecks(surveyOfFiles(files), []).missing.map(({ program }) => program)).toContain('puppet');
  });
});
