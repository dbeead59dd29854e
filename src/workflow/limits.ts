/**
 * Bounds of a workflow file. They leave room for far more than 10,000 steps of the usual size, and bound the
 * time and memory that a hostile file can take.
 */
export const workflowLimits = {
  /** Of the file. */
  bytes: 2 * 1_048_576,
  /** What YAML is read in: keys, values, indicators, white space, line breaks. */
  tokens: 500_000,
  /** The same for what is read at once: a long file is read in pieces of some steps, but not one flow mapping, such as JSON. */
  tokensInOnePiece: 300_000,
  /** Values after aliases are expanded. */
  nodes: 300_000,
  /** Mappings and lists inside each other. */
  depth: 64,
  /** UTF-16 units of one text or comment. */
  scalarLength: 256 * 1_024,
  /** Steps that a plan may have, also one that no file stands behind. */
  steps: 100_000,
  /** Milliseconds that a step has to end by itself when it is told to stop: at most, and where the file does not say. */
  stopGraceMs: 600_000,
  usualStopGraceMs: 5_000,
  /** Of the log of one attempt, where the file does not say: beyond this it serves nobody, and must not fill the disk. */
  logBytes: 2 ** 30,
} as const;
