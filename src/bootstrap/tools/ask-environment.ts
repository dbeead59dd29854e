import path from 'node:path';
import type { SafeSearch } from './search-path.ts';

/**
 * What is handed on: who and where the user is, and where version managers and installations keep what their programs need. Everything else stays behind:
 * secrets, and whatever makes a tool load code or settings (NODE_OPTIONS, PYTHONPATH, JAVA_TOOL_OPTIONS, GIT_CONFIG_GLOBAL, LD_PRELOAD, npm_config_*, …).
 */
const kept = ['USER', 'LOGNAME', 'RUSTUP_TOOLCHAIN', 'PYENV_VERSION'] as const;

/** Those that are handed on unless they lead into the project. */
const keptFolders = [
  'HOME',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
  'ASDF_DATA_DIR',
  'ASDF_DIR',
  'CARGO_HOME',
  'DOTNET_ROOT',
  'FNM_DIR',
  'GOROOT',
  'GRADLE_HOME',
  'JAVA_HOME',
  'M2_HOME',
  'MAVEN_HOME',
  'MISE_DATA_DIR',
  'NVM_DIR',
  'PNPM_HOME',
  'PROTO_HOME',
  'PYENV_ROOT',
  'RBENV_ROOT',
  'RUSTUP_HOME',
  'SDKMAN_DIR',
  'VOLTA_HOME',
] as const;

/** No tool answers here (the discard port), so one that would ask the network for news gets its refusal at once. */
const deadProxy = 'http://127.0.0.1:9';

const settings: Readonly<Record<string, string>> = {
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  TERM: 'dumb',
  NO_COLOR: '1',
  CI: '1',
  DO_NOT_TRACK: '1',
  http_proxy: deadProxy,
  https_proxy: deadProxy,
  HTTP_PROXY: deadProxy,
  HTTPS_PROXY: deadProxy,
  ALL_PROXY: deadProxy,
  // A toolchain that is not there is not fetched: the shim says so instead.
  GOTOOLCHAIN: 'local',
  GOENV: 'off',
  GOWORK: 'off',
  RUSTUP_AUTO_INSTALL: '0',
  COREPACK_ENABLE_NETWORK: '0',
  COREPACK_ENABLE_PROJECT_SPEC: '0',
  COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
  MISE_OFFLINE: '1',
  // A settings file above the temporary folder must not name another program as yarn.
  YARN_IGNORE_PATH: '1',
  YARN_ENABLE_TELEMETRY: '0',
  npm_config_update_notifier: 'false',
  npm_config_offline: 'true',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PYTHONDONTWRITEBYTECODE: '1',
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  CHECKPOINT_DISABLE: '1',
  TFLINT_DISABLE_VERSION_CHECK: '1',
  ANSIBLE_LINT_NODEPS: '1',
  DISABLE_AUTOUPDATER: '1',
  AIDER_CHECK_UPDATE: 'false',
  AIDER_ANALYTICS: 'false',
  // The first tier of the compiler is enough for a line of output, and starts in half the time.
  MAVEN_OPTS: '-XX:TieredStopAtLevel=1',
  GRADLE_OPTS: '-XX:TieredStopAtLevel=1',
};

/** The environment in which a program is asked for its version, made from the one that we have; `folder` stands in for a home that lies in the project. */
export function askEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  search: SafeSearch,
  folder: string,
): Readonly<Record<string, string>> {
  const environment: Record<string, string> = { HOME: folder, TMPDIR: folder };
  for (const name of kept) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  for (const name of keptFolders) {
    const value = own[name];
    if (value !== undefined && path.isAbsolute(value) && !search.isInProject(value)) environment[name] = value;
  }
  return { ...environment, ...settings, PATH: search.folders.join(':') };
}
