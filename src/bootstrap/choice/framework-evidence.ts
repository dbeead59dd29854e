import type { FoundFramework, Survey } from '../project.ts';
import type { Evidence } from './evidence.ts';

interface FrameworkWeight {
  readonly profileId: string;
  readonly weight: number;
  /** What it counts by: documentation by the share of pages, operations by what is no application. */
  readonly by?: 'pages' | 'operations';
}

const docs = (weight: number): FrameworkWeight => ({ profileId: 'documentation', weight, by: 'pages' });
const operated = (weight: number): FrameworkWeight => ({ profileId: 'operations', weight, by: 'operations' });
const data = (weight: number): FrameworkWeight => ({ profileId: 'data-pipeline', weight });

/**
 * How much a framework says about the profile, by its name in lower case without spaces and signs. About 0.6: it is there for
 * this purpose; about 0.3: often; 0.1: many projects of other kinds have it, too. The figures are judgements, tried on the
 * projects of tests/unit/bootstrap/choice.
 */
const weights: Readonly<Record<string, FrameworkWeight>> = {
  dbt: data(0.65),
  airflow: data(0.6),
  dagster: data(0.6),
  prefect: data(0.6),
  luigi: data(0.5),
  kedro: data(0.6),
  greatexpectations: data(0.4),
  dvc: data(0.5),
  jupyter: data(0.15),
  sqlfluff: data(0.3),
  sqlmesh: data(0.6),
  snakemake: data(0.5),
  nextflow: data(0.6),
  meltano: data(0.6),
  mlflow: data(0.3),
  spark: data(0.3),
  duckdb: data(0.2),
  pandas: data(0.15),
  polars: data(0.15),
  alembic: data(0.1),
  flyway: data(0.15),
  liquibase: data(0.15),
  mkdocs: docs(0.5),
  sphinx: docs(0.4),
  docusaurus: docs(0.7),
  hugo: docs(0.6),
  jekyll: docs(0.5),
  antora: docs(0.7),
  vitepress: docs(0.6),
  mdbook: docs(0.6),
  vuepress: docs(0.6),
  starlight: docs(0.6),
  docsify: docs(0.5),
  zensical: docs(0.5),
  quarto: docs(0.4),
  asciidoctor: docs(0.3),
  vale: docs(0.3),
  markdownlint: docs(0.15),
  terraform: operated(0.6),
  opentofu: operated(0.6),
  terragrunt: operated(0.5),
  bicep: operated(0.5),
  awscdk: operated(0.4),
  awssam: operated(0.4),
  ansible: operated(0.65),
  molecule: operated(0.3),
  vagrant: operated(0.3),
  prometheus: operated(0.3),
  systemd: operated(0.1),
  helm: operated(0.5),
  kustomize: operated(0.5),
  kubernetes: operated(0.4),
  dockercompose: operated(0.25),
  docker: operated(0.1),
  packer: operated(0.5),
  pulumi: operated(0.5),
  cloudformation: operated(0.5),
  nomad: operated(0.5),
  puppet: operated(0.65),
  chef: operated(0.6),
  salt: operated(0.6),
  nix: operated(0.15),
};

/** Operations whose files are YAML. */
const inYaml = new Set(['ansible', 'helm', 'kustomize', 'kubernetes', 'cloudformation', 'salt', 'dockercompose']);

/** Whether YAML files are what the project is operated by. */
export function isOperatedByYaml({ frameworks }: Survey): boolean {
  return frameworks.some(({ framework }) => inYaml.has(keyOf(framework)));
}

/**
 * What the frameworks say. `pages` and `software` are shares of the project, 0 to 1: documentation beside code and deployment
 * beside an application weigh less.
 */
export function frameworkEvidence(
  survey: Survey,
  shares: { readonly pages: number; readonly software: number },
): readonly Evidence[] {
  return onceEach(survey.frameworks).flatMap(({ framework, indicator }) => {
    const key = keyOf(framework);
    if (!Object.hasOwn(weights, key)) return [];
    const { profileId, weight, by } = weights[key] ?? data(0);
    const share = by === 'pages' ? shares.pages : by === 'operations' ? 1 - shares.software : 1;
    return [{ profileId, weight: weight * share, reason: `${framework} (${indicator})` }];
  });
}

function onceEach(frameworks: readonly FoundFramework[]): readonly FoundFramework[] {
  return frameworks.filter(
    (each, index) => frameworks.findIndex((other) => keyOf(other.framework) === keyOf(each.framework)) === index,
  );
}

function keyOf(framework: string): string {
  return framework.toLowerCase().replace(/[^a-z0-9]/g, '');
}
