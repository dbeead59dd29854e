import type { CheckDraft, Clues } from './clues.ts';

/** The whole check of a Maven or Gradle build, by its wrapper where it has one; sbt by its tests. */
export function jvmChecks(clues: Clues): readonly CheckDraft[] {
  const manifest = clues.survey.manifests.jvm;
  if (manifest === null) return sbt(clues);
  const { build, wrapper } = manifest;
  const program = wrapper === null ? (build === 'maven' ? 'mvn' : 'gradle') : (`./${wrapper}` as const);
  // The wrapper is a script that needs Java, and that fetches the version of its tool that the project names.
  const requires = [program, 'java'];
  const reason = wrapper ?? (build === 'maven' ? 'pom.xml' : (clues.firstOf(gradleFiles) ?? 'build.gradle'));
  if (build === 'maven') {
    return [
      {
        id: 'maven-verify',
        type: 'test',
        command: [program, '--batch-mode', '--no-transfer-progress', 'verify'],
        requires,
        reason,
      },
    ];
  }
  return [{ id: 'gradle-check', type: 'test', command: [program, '--no-daemon', '--console=plain', 'check'], requires, reason }];
}

const gradleFiles = ['build.gradle.kts', 'build.gradle', 'settings.gradle.kts', 'settings.gradle'];

function sbt(clues: Clues): readonly CheckDraft[] {
  if (!clues.has('build.sbt')) return [];
  return [{ id: 'sbt-test', type: 'test', command: ['sbt', '-batch', 'test'], requires: ['sbt', 'java'], reason: 'build.sbt' }];
}
