import { expect, test } from 'vitest';
import { readVersion } from '../../../../src/bootstrap/tools/read-version.ts';

/* What the programs really print, from their documentation or from this machine on 2026-11-23. */
test.each([
  ['git version 2.39.5', '2.39.5'],
  ['v20.20.2', '20.20.2'],
  ['Python 3.13.0rc1', '3.13.0rc1'],
  ['rustfmt 1.9.0-stable (59807616e1 2026-04-14)', '1.9.0-stable'],
  ['gcc (Debian 12.2.0-14+deb12u1) 12.2.0', '12.2.0-14+deb12u1'],
  ['\u001b[1mApache Maven 3.8.7\u001b[m\nMaven home: /usr/share/maven', '3.8.7'],
  ['hugo v0.123.4-abc+extended linux/amd64', '0.123.4-abc+extended'],
  ['ShellCheck - shell script analysis tool\nversion: 0.9.0\nlicense: GPL', '0.9.0'],
  ['Docker version 28.2.2, build e6534b4', '28.2.2'],
  ['{Version:kustomize/v4.5.7 GitCommit:56d82a8}', '4.5.7'],
  ['\n------------\nGradle 8.14\n------------\n', '8.14'],
  ['golangci-lint has version 2.1.6 built with go1.24.2', '2.1.6'],
  ['no number here', null],
  ['build 1234', null],
  [`1.${'1'.repeat(100)}`, null],
])('reads %j', (said, version) => {
  expect(readVersion(said, null)).toBe(version);
});

test('reads the first group of a pattern', () => {
  expect(readVersion('openjdk version "17.0.15" 2025-04-15', /version "([^"]+)"/)).toBe('17.0.15');
});
