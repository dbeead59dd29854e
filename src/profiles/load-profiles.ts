import { profileExtensionSchema } from '../../schemas/profile-extension.ts';
import type { ProfileExtension } from '../../schemas/profile-extension.ts';
import { invariant } from '../errors.ts';
import { checkDocument } from '../workflow/check-document.ts';
import { loadPhase } from '../workflow/documents/phase.ts';
import { Problems } from '../workflow/problems.ts';
import { SourceText } from '../workflow/source-text.ts';
import type { PhaseTemplate, Profile } from './profile.ts';
import { profileIds } from './profile-ids.ts';
import type { ProfileId } from './profile-ids.ts';
import { profileTexts } from './profile-texts.ts';
import type { ProfileTexts } from './profile-texts.ts';

/**
 * The profile with its phase templates, in the order in which it names them. Pure. It ships with us, so an id that is not one of
 * {@link profileIds}, and a text that is not valid, are faults of our own: InvariantError (a template that is invalid: UserError).
 */
export function loadProfile(profileId: string): Profile {
  invariant(isProfileId(profileId), `there is no profile ${JSON.stringify(profileId)}`);
  const texts = profileTexts[profileId];
  const document = readExtension(profileId, texts.document);
  return { document, templates: (document.phase_templates ?? []).map((named) => readTemplate(named, texts)) };
}

function isProfileId(text: string): text is ProfileId {
  return profileIds.some((profileId) => profileId === text);
}

function readExtension(profileId: string, text: string): ProfileExtension {
  const source = new SourceText(`${profileId}.yaml`, text);
  const problems = new Problems();
  const checked = checkDocument(profileExtensionSchema, source, problems, { what: 'a profile' });
  const first = problems.toDiagnostics(source)[0];
  invariant(checked !== null && first === undefined, `the profile ${profileId} is not valid: ${first?.message ?? ''}`);
  invariant(checked.value.profile_id === profileId, `the profile ${profileId} calls itself ${checked.value.profile_id}`);
  return checked.value;
}

function readTemplate(
  named: NonNullable<ProfileExtension['phase_templates']>[number],
  { templates }: ProfileTexts,
): PhaseTemplate {
  const { template_path: path = '', phase_id: phaseId } = named;
  const text = templates[path];
  invariant(text !== undefined, `there is no phase template ${JSON.stringify(path)}`);
  const phase = loadPhase({ path, text });
  invariant(phase.phase_id === phaseId, `the phase template ${path} calls itself ${phase.phase_id}`);
  return { phase, text, path };
}
