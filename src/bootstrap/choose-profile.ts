import { combined, rounded } from './choice/evidence.ts';
import type { Evidence } from './choice/evidence.ts';
import { frameworkEvidence, isOperatedByYaml } from './choice/framework-evidence.ts';
import { manifestEvidence } from './choice/software-evidence.ts';
import { volumesOf } from './choice/volumes.ts';
import type { Volumes } from './choice/volumes.ts';
import { profileIds } from '../profiles/profile-ids.ts';
import type { ProfileChoice, Survey } from './project.ts';

const genericProfile = 'generic';
const special = profileIds.filter((profileId) => profileId !== genericProfile);

/** A project whose code is in a profile's languages alone is of this profile with this likelihood, whatever else is there. */
const weightOfShare = 0.75;
/** Data without a program that makes or checks them: the pipeline is elsewhere, but no other profile knows more of them. */
const weightOfDataSets = 0.5;
/** Notebooks alone, without a module beside them. */
const weightOfNotebooks = 0.6;
/** What the generic profile starts with: it fits everything a little. Evidence below it is too weak to act on. */
const floor = 0.3;
/** Profiles nearer to each other than this are not told apart. */
const tie = 0.03;

/**
 * The profile that fits a project best. Each of the eight special ones has a score from its evidence: the share of its languages
 * (or of pages), its manifests and frameworks, all with the weights of `choice/`. The generic profile is taken where none reaches
 * 0.3, and where the two best are equal. The confidence is the score less half of the next one's: it is high where much speaks
 * for the profile and little for another one, and below one half where another one is as likely.
 */
export function chooseProfile(survey: Survey): ProfileChoice {
  const evidence = evidenceOf(survey);
  const scores = special.map((profileId) => ({
    profileId,
    score: rounded(combined(of(evidence, profileId).map(({ weight }) => weight))),
  }));
  scores.sort((one, other) => other.score - one.score);
  const [best, next] = scores;
  if (best === undefined || next === undefined) return { profileId: genericProfile, confidence: 0, reasons: [], considered: [] };
  if (best.score < floor) {
    const reasons = [survey.project.files.length === 0 ? 'there are no files' : 'nothing tells what kind of project this is'];
    return choiceOf(genericProfile, reasons, insert(scores, floor));
  }
  if (best.score - next.score < tie) {
    const each = [best, next].map(({ profileId }) => `${profileId}: ${reasonsOf(evidence, profileId).join(', ')}`);
    return choiceOf(genericProfile, [`${best.profileId} and ${next.profileId} fit alike`, ...each], insert(scores, best.score));
  }
  // Beside a profile that fits, the generic one is only what is left.
  return choiceOf(
    best.profileId,
    reasonsOf(evidence, best.profileId),
    insert(scores, Math.min(floor, rounded(best.score - tie))),
  );
}

type Scores = ProfileChoice['considered'];

function insert(scores: Scores, score: number): Scores {
  const generic = { profileId: genericProfile, score };
  // Before its equals: it is taken where they cannot be told apart.
  return [generic, ...scores].toSorted((one, other) => other.score - one.score);
}

function choiceOf(profileId: string, reasons: readonly string[], considered: Scores): ProfileChoice {
  const own = considered.find((each) => each.profileId === profileId)?.score ?? 0;
  const next = considered.find((each) => each.profileId !== profileId && each.profileId !== genericProfile)?.score ?? 0;
  return { profileId, confidence: rounded(own - next / 2), reasons, considered };
}

function of(evidence: readonly Evidence[], profileId: string): readonly Evidence[] {
  return evidence.filter((each) => each.profileId === profileId);
}

const weakest = 0.05;

function reasonsOf(evidence: readonly Evidence[], profileId: string): readonly string[] {
  const own = of(evidence, profileId).toSorted((one, other) => other.weight - one.weight);
  return own.filter(({ weight }, index) => index === 0 || weight >= weakest).map(({ reason }) => reason);
}

function evidenceOf(survey: Survey): readonly Evidence[] {
  const volumes = volumesOf(survey, isOperatedByYaml(survey));
  const share = (bytes: number): number => (volumes.total === 0 ? 0 : bytes / volumes.total);
  const shareOf = (profileId: string): number => share(volumes.code.get(profileId) ?? 0);
  const pages = share(volumes.pages);
  const software = profileIds.filter((id) => id.startsWith('software-dev-')).reduce((sum, id) => sum + shareOf(id), 0);
  return [
    ...shareEvidence(volumes, share),
    ...manifestEvidence(survey, shareOf),
    ...frameworkEvidence(survey, { pages, software: software + shareOf('other') }),
    ...notebookEvidence(survey),
  ];
}

function shareEvidence(volumes: Volumes, share: (bytes: number) => number): readonly Evidence[] {
  const evidence: Evidence[] = special.flatMap((profileId): readonly Evidence[] => {
    const part = share((volumes.code.get(profileId) ?? 0) + (profileId === 'operations' ? volumes.manifests : 0));
    return part === 0
      ? []
      : [{ profileId, weight: weightOfShare * part, reason: `${percent(part)} of its content is ${contentOf(profileId)}` }];
  });
  const dataSets = share(volumes.dataSets);
  const reason = `${percent(dataSets)} of its content is data`;
  if (dataSets > 0) evidence.push({ profileId: 'data-pipeline', weight: weightOfDataSets * dataSets, reason });
  // Software comes with pages of documentation: only where there are more of them than of all else, they are the project.
  const pages = share(volumes.pages);
  const overHalf = Math.max(0, (pages - 0.5) * 2);
  if (overHalf === 0) return evidence;
  return [
    ...evidence,
    { profileId: 'documentation', weight: weightOfShare * overHalf, reason: `${percent(pages)} of its content is pages of text` },
  ];
}

const contents: Readonly<Record<string, string>> = {
  'software-dev-python': 'Python',
  'software-dev-node': 'JavaScript or TypeScript',
  'software-dev-go': 'Go',
  'software-dev-rust': 'Rust',
  'software-dev-jvm': 'code for the JVM',
  'data-pipeline': 'SQL, R or notebooks',
  operations: 'scripts and descriptions of infrastructure',
};

function contentOf(profileId: string): string {
  return contents[profileId] ?? profileId;
}

function percent(part: number): string {
  return part < 0.01 ? 'less than 1 %' : `${Math.round(part * 100)} %`;
}

/** By their number: their bytes are those of their outputs. */
function notebookEvidence(survey: Survey): readonly Evidence[] {
  const count = (extension: string): number => survey.project.files.filter(({ path }) => path.endsWith(extension)).length;
  const notebooks = count('.ipynb');
  if (notebooks === 0) return [];
  const modules = count('.py') + count('.R');
  const part = notebooks / (notebooks + modules);
  const beside = modules === 0 ? '' : ` beside ${modules} ${modules === 1 ? 'module' : 'modules'}`;
  return [
    {
      profileId: 'data-pipeline',
      weight: weightOfNotebooks * part,
      reason: `${notebooks} ${notebooks === 1 ? 'notebook' : 'notebooks'}${beside}`,
    },
  ];
}
