import { describe, expect, test } from 'vitest';
import { findChecks } from '../../../../src/bootstrap/checks/find-checks.ts';
import { foundTools, surveyOfFiles } from '../project-fixture.ts';

const manifest = "class demo {\n  package { 'demo':\n    ensure => installed,\n  }\n}\n";

describe('the manifests of Puppet', () => {
  const files = { 'manifests/init.pp': manifest, 'manifests/-odd name.pp': manifest, 'plans/all.pp': 'plan demo::all() {}\n' };

  test('are validated by their parser, without plans', () => {
    const { checks } = findChecks(surveyOfFiles(files), foundTools('puppet'));
    expect(checks.map(({ type, command, reason }) => [type, command, reason])).toEqual([
      ['validation', ['puppet', 'parser', 'validate', 'manifests/-odd name.pp', 'manifests/init.pp'], '2 manifests of Puppet'],
    ]);
  });

  test('are told from sources of Pascal, and miss the program by its name', () => {
    const pascal = 'program demo;\nbegin\n  writeln(1);\nend.\n';
    const found = findChecks(surveyOfFiles({ 'demo.pp': pascal, 'other.pas': pascal }), foundTools('puppet'));
    expect(found.checks.map(({ id }) => id)).not.toContain('puppet-validate');
    expect(findChecks(surveyOfFiles(files), []).missing.map(({ program }) => program)).toContain('puppet');
  });
});
