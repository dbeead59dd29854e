import type { ProjectProfile } from '../../../schemas/project-profile.ts';

/** One thing that speaks for a profile. */
export interface Evidence {
  readonly profileId: ProjectProfile['profile_id'];
  /** How likely it makes the profile when it stands alone, 0 to 1. */
  readonly weight: number;
  /** In words, for people. */
  readonly reason: string;
}

/**
 * What all evidence together comes to, 0 to 1: each piece takes its share of the doubt that the others leave (a noisy or), so
 * that much weak evidence never weighs more than certainty.
 */
export function combined(weights: readonly number[]): number {
  return 1 - weights.reduce((doubt, weight) => doubt * (1 - weight), 1);
}

/** Two decimals: what lies beyond them says nothing, and files must not differ by it. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
