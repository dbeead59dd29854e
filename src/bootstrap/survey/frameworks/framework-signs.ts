/**
 * What shows a framework; one sign is enough. Names of dependencies are as their registries write them (Python's in the form of PEP 503, Go's are module paths, JVM's groups or artifacts).
 */
export interface FrameworkSigns {
  readonly framework: string;
  /** A name of files in the root or at most three folders below, `*` and an end of such names, or, with a slash, a path from the root. */
  readonly files?: readonly string[];
  readonly node?: readonly string[];
  readonly python?: readonly string[];
  /** Tools that pyproject.toml or another manifest of Python configures. */
  readonly pythonTools?: readonly string[];
  /** The build backend of pyproject.toml begins so. */
  readonly pythonBackend?: string;
  readonly go?: readonly string[];
  readonly rust?: readonly string[];
  readonly jvm?: readonly string[];
  readonly ruby?: readonly string[];
  readonly php?: readonly string[];
}
