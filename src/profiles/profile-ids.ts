/** The profiles that ship, in the order in which they are listed. Without their texts, so that it may be imported anywhere. */
export const profileIds = [
  'generic',
  'software-dev-python',
  'software-dev-node',
  'software-dev-go',
  'software-dev-rust',
  'software-dev-jvm',
  'data-pipeline',
  'documentation',
  'operations',
] as const;

/** One of {@link profileIds}. */
export type ProfileId = (typeof profileIds)[number];
