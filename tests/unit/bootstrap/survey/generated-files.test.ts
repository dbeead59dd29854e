import { describe, expect, it } from 'vitest';
import { scanProject } from '../../../../src/bootstrap/survey/scan-project.ts';
import { makeTree } from './tree.ts';

describe('files that init writes', () => {
  it('are no part of the project, so that a second init finds what the first found', () => {
    const own = {
      'PROJECT_PROFILE.yaml': 'project_id: x\n',
      'router_config.json': '{}\n',
      'stateyard.yaml': 'name: checks\n',
      'phases/test.yaml': '# Profile generic\nphase_id: test\n',
    };
    const project = scanProject(makeTree({ ...own, 'main.go': 'package main\n' }));
    expect(project.files.map(({ path }) => path)).toEqual(['main.go']);
    expect(Object.keys(own).filter((path) => project.has(path) || project.readStart(path) !== null)).toEqual([]);
  });

  it('are told from files of the same names elsewhere, and from other files in phases', () => {
    const files = ['docs/stateyard.yaml', 'phases/moon.yaml', 'phases/old/test.yaml'];
    const project = scanProject(makeTree(Object.fromEntries(files.map((path) => [path, 'phase: 1\n']))));
    expect(project.files.map(({ path }) => path)).toEqual(files);
    expect(project.readStart('phases/moon.yaml', 5)).toBe('phase');
  });
});
