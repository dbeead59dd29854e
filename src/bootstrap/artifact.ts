/** A file that the bootstrap would write, as text; JSON-only. */
export interface GeneratedFile {
  /** Relative to the root of the project. */
  readonly path: string;
  readonly type: 'project_profile' | 'router_config' | 'workflow' | 'phase_spec';
  readonly text: string;
}
