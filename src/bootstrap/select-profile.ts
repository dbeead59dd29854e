import type { SelectionReport } from '../../machines/bootstrap-model.ts';
import type { Profile } from '../profiles/profile.ts';
import type { BootstrapParts } from './parts.ts';
import type { ProfileChoice } from './project.ts';

/** The profile that a bootstrap goes on with. */
export interface Selected {
  readonly choice: ProfileChoice;
  readonly profile: Profile;
  readonly report: SelectionReport;
}

/** The profile for projects that fit no other one. */
const genericProfile = 'generic';
/** Below this it is more likely than not that a person would have taken another profile. */
const evenChance = 0.5;

/** Takes the profile that was asked for, else the one that fits best. That hardly anything speaks for the generic one is a shortfall. */
export function selectProfile(parts: BootstrapParts, fits: ProfileChoice, asked: string | null): Selected {
  const choice = asked === null ? fits : chosenByPerson(fits, asked);
  const profile = parts.loadProfile(choice.profileId);
  const isGuess = asked === null && choice.profileId === genericProfile && choice.confidence < evenChance;
  const report: SelectionReport = {
    profileId: choice.profileId,
    profileVersion: profile.document.profile_version,
    domain: profile.document.domain ?? 'mixed',
    confidence: choice.confidence,
    reasons: [...choice.reasons],
    considered: choice.considered.map(({ profileId, score }) => ({ profileId, score })),
    shortfalls: isGuess
      ? [`no profile fits this project well: ${genericProfile} was taken; name a better one with --profile`]
      : [],
  };
  return { choice, profile, report };
}

function chosenByPerson({ considered }: ProfileChoice, profileId: string): ProfileChoice {
  return { profileId, confidence: 1, reasons: ['it was asked for with --profile'], considered };
}
