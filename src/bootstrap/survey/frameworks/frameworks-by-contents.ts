import type { FoundFramework, Project, ScannedFile } from '../../project.ts';

/** A framework that has no file name of its own: what its files are called and hold. */
interface ContentSign {
  readonly framework: string;
  readonly name: RegExp;
  /** Every pattern must be found in the first 4 KiB. */
  readonly holds: readonly RegExp[];
}

const signs: readonly ContentSign[] = [
  { framework: 'kubernetes', name: /\.ya?ml$/, holds: [/^apiVersion:[ \t]*[\w./-]+[ \t]*$/m, /^kind:[ \t]*[A-Z]\w+[ \t]*$/m] },
  {
    framework: 'ansible',
    name: /\.ya?ml$/,
    holds: [/^-[ \t]+(?:name:[^\n]*\n[ \t]+)?(?:hosts|import_playbook|ansible\.builtin\.import_playbook):/m],
  },
  { framework: 'cloudformation', name: /\.(?:ya?ml|json|template)$/, holds: [/AWSTemplateFormatVersion/] },
  { framework: 'openapi', name: /\.(?:ya?ml|json)$/, holds: [/^[ \t]*"?(?:openapi|swagger)"?[ \t]*:[ \t]*["']?[23]\./m] },
  { framework: 'sphinx', name: /^conf\.py$/, holds: [/sphinx|^(?:extensions|html_theme|master_doc)[ \t]*=/m] },
  { framework: 'hugo', name: /^config\.(?:toml|ya?ml)$/, holds: [/^[ \t]*baseURL[ \t]*[=:]/im] },
];

const opensAtMost = 300;

/** The frameworks that the contents of files near the root show; at most 300 files are opened, the nearest ones. Helm's templates and its values are not manifests. */
export function frameworksByContents(project: Project, near: readonly ScannedFile[]): readonly FoundFramework[] {
  const found = new Map<string, FoundFramework>();
  let opened = 0;
  for (const { path } of near) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const open = signs.filter((sign) => !found.has(sign.framework) && sign.name.test(name));
    if (open.length === 0 || isReserved(name)) continue;
    if (opened >= opensAtMost) break;
    opened += 1;
    const start = project.readStart(path) ?? '';
    for (const { framework, holds } of open)
      if (holds.every((pattern) => pattern.test(start))) found.set(framework, { framework, indicator: path });
  }
  return [...found.values()];
}

/** Names that have `apiVersion` and `kind`, or much else, and are another tool's. */
function isReserved(name: string): boolean {
  return /^(?:package|package-lock|tsconfig.*|composer)\.json$|^(?:Chart|kustomization|skaffold)\.ya?ml$|lock\.ya?ml$/.test(name);
}
