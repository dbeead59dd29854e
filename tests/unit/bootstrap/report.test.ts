import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bootstrapReportSchema, type BootstrapReport } from '../../../schemas/bootstrap-report.ts';
import type { BootstrapParts } from '../../../src/bootstrap/parts.ts';
import { bootstrapReport } from '../../../src/bootstrap/report.ts';
import type { BootstrapOutcome, BootstrapRequest } from '../../../src/bootstrap/run-bootstrap.ts';
import { renderInit } from '../../../src/cli/render-init.ts';
import { bootstrapOf, emptyProject, goParts, surveyOf, withoutLinter } from './bootstrap-fixture.ts';

interface Told {
  readonly outcome: BootstrapOutcome;
  readonly report: BootstrapReport;
  readonly text: string;
}

async function told(root: string, request: Partial<BootstrapRequest> = {}, parts: BootstrapParts = goParts()): Promise<Told> {
  const outcome = await bootstrapOf(root, request, parts);
  const report = bootstrapReport(outcome, { root, folder: '.' });
  expect(bootstrapReportSchema.safeParse(report).error?.issues ?? []).toEqual([]);
  return { outcome, report, text: renderInit(report, outcome, { quiet: false, look: { color: false, width: null } }) };
}

const quietly = ({ report, outcome }: Told): string =>
  renderInit(report, outcome, { quiet: true, look: { color: false, width: null } });

describe('the report of a bootstrap', () => {
  test('that wrote everything tells what was found, what was made of it and what comes next', async () => {
    const { report, text } = await told(emptyProject());
    expect(report).toMatchObject({
      project_name: 'demo',
      domain: 'software-dev',
      profile_id: 'software-dev-go',
      status: 'ready',
      ready_for_workstreams: true,
      selection: { confidence: 0.9, reasons: ['go.mod'] },
      discovery_summary: { languages: 'Go 100 %', version_control: 'git', ci_cd: 'github-actions' },
      configuration: { patch_only_mode: true, test_requirement: true, max_lines_per_patch: 500, available_tools: ['go'] },
      validation_results: { validation_status: 'passed', errors: [], human_decisions_needed: 0 },
    });
    expect(report.generated_artifacts.map(({ status, change }) => `${status} ${change ?? ''}`)).toEqual(
      Array.from({ length: 3 }, () => 'created new'),
    );

    expect(text).toBe(
      [
        'demo: ready',
        '',
        'Found',
        '  languages   Go 100 %',
        '  frameworks  cobra',
        '  tools       go 1.23.4',
        '  CI          github-actions',
        '  VCS         git',
        '',
        'Profile',
        '  profile     software-dev-go 1.0.0, domain software-dev',
        '  confidence  90 %',
        '  because     go.mod',
        '',
        'Files',
        '  created       PROJECT_PROFILE.yaml',
        '  created       router_config.json',
        '  created       stateyard.yaml',
        '',
        'warning: away: a link, not followed',
        'warning: package.json: not valid JSON',
        'warning: no tool can do code_edit, refactor, documentation, code_review, analysis, planning: none of the agents claude, codex, gemini, aider was found',
        'warning: no tool can do lint, validation, format, build: none that this project uses was found',
        '',
        'Next',
        '  stateyard plan stateyard.yaml  # what would run, and in which order',
        '  stateyard run stateyard.yaml  # runs the checks of the project',
        '  stateyard tools  # which tools tasks can be given to',
        '',
      ].join('\n'),
    );
  });

  test('of a second one says that all is unchanged; quietly nothing', async () => {
    const root = emptyProject();
    await bootstrapOf(root);
    const second = await told(root);
    expect(second.report.generated_artifacts.map(({ status, change }) => `${status} ${change ?? ''}`)).toEqual(
      Array.from({ length: 3 }, () => 'validated unchanged'),
    );
    expect(second.text.match(/^ {2}unchanged /gm)).toHaveLength(3);
    expect(quietly(second)).toBe('');
  });

  test('is partial with what is missing among the warnings', async () => {
    const { report } = await told(emptyProject(), {}, withoutLinter());
    expect(report.status).toBe('partial');
    expect(report.validation_results?.warnings?.[0]).toContain('golangci-lint');
  });

  test('says where there is no workflow what one could say', async () => {
    const { report } = await told(emptyProject(), {}, goParts({ generateWorkflow: () => null }));
    expect(report.next_steps?.for_human?.[0]).toMatch(/^stateyard schema workflow {2}# /);
  });

  test('of files that differ asks for a person and names the two ways on', async () => {
    const root = emptyProject();
    writeFileSync(join(root, 'stateyard.yaml'), 'mine\n');
    const asked = await told(root);
    expect(asked.report).toMatchObject({
      status: 'needs_human',
      ready_for_workstreams: false,
      validation_results: { validation_status: 'needs_human', human_decisions_needed: 1 },
    });
    expect(asked.text).toContain('  kept          stateyard.yaml\n');
    expect(asked.text).toContain('  stateyard init --dry-run  # ');
    expect(asked.text).toContain('  stateyard init --force  # ');
    expect(asked.text).toContain('  not written   router_config.json\n');
  });

  test('of a preview holds the differences and counts nothing as done', async () => {
    const { report, text } = await told(emptyProject(), { dryRun: true });
    expect([report.status, report.ready_for_workstreams, report.directories_created]).toEqual(['partial', false, []]);
    expect(report.generated_artifacts[2]?.diff).toContain('+    run: go test ./...\n');
    expect(text).toContain('  would create  stateyard.yaml\n');
    expect(text).toContain('+++ b/stateyard.yaml\n');
  });

  test('of a failure has its words, also where nothing was found yet', async () => {
    const denied = Object.assign(new Error("EACCES: permission denied, scandir '/p'"), { code: 'EACCES' });
    const failed = await told(
      emptyProject(),
      {},
      goParts({
        surveyProject: () => {
          throw denied;
        },
      }),
    );
    expect(failed.report).toMatchObject({ status: 'failed', domain: 'mixed', profile_id: 'generic', generated_artifacts: [] });
    expect(failed.report.validation_results?.errors).toEqual([denied.message]);
    expect(quietly(failed)).toBe(`error: ${denied.message}\n`);
  });

  test('names the file that is invalid, and that folders were made', async () => {
    const bad = await told(
      emptyProject(),
      {},
      goParts({ generateRouterConfig: () => ({ path: 'router_config.json', type: 'router_config', text: '{' }) }),
    );
    const statuses = bad.report.generated_artifacts.map(({ path, status }) => `${path} ${status}`);
    expect(statuses).toContain('router_config.json failed');
    expect(bad.report.validation_results?.validation_status).toBe('failed');
    const phases = await told(emptyProject(), { withPhases: true });
    expect(phases.report.directories_created).toEqual(['phases']);
  });

  test('holds what the project is called, however it is called, and prints none of its tricks', async () => {
    const named = (name: string) => goParts({ surveyProject: (root) => ({ ...surveyOf(root), name }) });
    const tricky = await told(emptyProject(), {}, named('\u001b]0;owned\u0007a\nb'));
    expect(tricky.text.split('\n')[0]).toBe('a b: ready');
    expect(tricky.text).not.toContain('\u001b');
    expect((await told(emptyProject(), {}, named('x'.repeat(500)))).report.project_name).toHaveLength(200);
    expect((await told(emptyProject(), {}, named(' '))).report.project_name).toMatch(/^stateyard-bootstrap-/);
  });

  test('quotes the folder of another project in the commands that it names', async () => {
    const root = emptyProject();
    const outcome = await bootstrapOf(root);
    const first = (folder: string) => bootstrapReport(outcome, { root, folder }).next_steps?.for_human?.[0]?.split('  # ')[0];
    expect(first('../api')).toBe('cd ../api');
    expect(first("it's; rm -rf .")).toBe(String.raw`cd 'it'\''s; rm -rf .'`);
    expect(first('-x')).toBe('cd ./-x');
  });
});
