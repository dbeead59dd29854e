/*
 * What a script does is told by its name and its text alone: nothing is executed to find out. A script that may write sources,
 * publish, deploy, watch or serve is never taken for a check; one that is left out needlessly costs less than one that publishes.
 */

const effectNames =
  /(^|[:._-])(fix|write|update|watch|serve|server|start|dev|develop|publish|deploy|release|version|bump|preview|debug|clean|open|e2e|upload|push|install|storybook|snapshots?)([:._-]|$)/i;

const effectTexts: readonly RegExp[] = [
  // Options that write sources or snapshots, and those that never end; `--watch=false` ends.
  /(^|\s)--(fix|write|apply|update|update-?snapshots?|updateSnapshot|open|serve|watch|watchAll|watch-all)(\s|$|=(?!false\b|0\b))/,
  /\b(prettier|tsc|mocha|vitest|rollup|esbuild|webpack|babel)\s([^&|;]*\s)?-w(\s|$)/,
  /\b(jest|vitest|ava)\s([^&|;]*\s)?-u(\s|$)/,
  // Servers.
  /\b(nodemon|live-server|http-server|browser-sync|webpack-dev-server|json-server|start-storybook)\b/,
  /\b(vite|vitepress|vuepress|next|nuxt|nuxi|astro|remix|gatsby|docusaurus|storybook|wrangler|vercel|netlify|firebase|eleventy|ng|expo|react-scripts|vue-cli-service|webpack|parcel|mkdocs|hugo|jekyll|mdbook)\s+(dev|serve|server|start|preview|deploy|develop|gh-deploy)\b/,
  /(^|[;&|]\s*)(vite|serve|np)(\s+[^bot\s]\S*)?\s*($|[;&|])/,
  // Test runners that stay unless they are told not to.
  /\bng test(?!.*--(no-watch|watch=false))/,
  /\bkarma start(?!.*--single-run)/,
  // What leaves the machine.
  /\b(npm|pnpm|yarn|bun|cargo|poetry|uv|hatch|flit|twine|gem|lerna|changeset|vsce|ovsx)\s+(npm\s+)?(publish|version|upload|login|push|release)\b/,
  /\b(semantic-release|release-it|standard-version|gh-pages|goreleaser|standard-changelog)\b/,
  /\bgit\s+(push|commit|tag|add|checkout|reset|clean|rebase|merge)\b/,
  /\b(docker|podman)\s+(push|run|login|compose\s+up)\b|\bdocker-compose\s+up\b/,
  /\b(kubectl|helm|terraform|tofu|pulumi|cdk|serverless|sls|ansible-playbook)\s+(apply|install|upgrade|deploy|up|destroy|delete)\b/,
  /\b(aws|gcloud|gsutil|heroku|flyctl|fly|ssh|scp|rsync|sudo)\s/,
  // Formatters that write where nothing tells them not to.
  /\b(gofmt|goimports|shfmt)\s+([^&|;]*\s)?-w\b/,
  /\b(black|isort)\s(?![^&|;]*--(check|check-only|diff)\b)/,
  /\bruff format(?![^&|;]*--(check|diff)\b)/,
  /\b(cargo fmt|terraform fmt)(?![^&|;]*-check\b)/,
];

// Longer texts are programs; and the patterns above must not be given a text of a megabyte.
const longestText = 4_000;

/** Whether a script or target may do more than look: by its name, or by one of the texts that run when it is called. */
export function hasEffects(name: string, texts: readonly string[]): boolean {
  if (effectNames.test(name)) return true;
  return texts.some((text) => text.length > longestText || effectTexts.some((pattern) => pattern.test(text)));
}
