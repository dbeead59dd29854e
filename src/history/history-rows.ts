import type { Row } from '../store/statement.ts';
import type { RunEvent } from '../../schemas/run-event.ts';
import type { RunRecord } from '../../schemas/run-record.ts';
import type { StepAttempt } from '../../schemas/step-attempt.ts';
import type { StepReason } from '../../schemas/step-reason.ts';
import type { Value } from '../workflow/model.ts';

/** What a run was started from. `text` is the workflow file as it was then. */
export interface StoredDefinition {
  readonly workflowName: string;
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
  readonly params: Readonly<Record<string, Value>>;
}

/** A file whose text a run keeps. */
export interface StoredFile {
  readonly path: string;
  readonly text: string;
}

/** How a run was to be carried out, as far as readers need it. What a run of an older version did not store is null. */
export interface StoredSettings {
  /** `folder`: absolute, from where a command with a slash is meant. */
  readonly router: (StoredFile & { readonly folder: string }) | null;
  readonly phase: StoredFile | null;
}

/** A document that attempts of a step were made from: an execution request or a prompt. `body` is the document itself. */
export interface StoredDocument {
  readonly documentId: string;
  readonly kind: string;
  readonly stepId: string;
  readonly createdAt: string;
  readonly body: unknown;
}

/** The snapshot of an actor with the machine that it is of. */
export interface StoredSnapshot {
  readonly machine: string;
  readonly version: string;
  readonly snapshot: object;
}

/** A step that has started, or that ended without starting. Times are ISO 8601 UTC. */
export interface StoredStep {
  readonly stepId: string;
  readonly position: number;
  /** A path of the step chart while it is active, its end afterwards. */
  readonly state: string;
  readonly reason: StepReason | null;
  readonly toolId: string | null;
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly outputs: Readonly<Record<string, Value>> | null;
}

/** An attempt as a document, with the step and the number that it has there. */
export interface StoredAttempt {
  readonly stepId: string;
  readonly attempt: number;
  /** The check of the attempt's result that it is; null for the attempt itself. */
  readonly check: string | null;
  readonly document: StepAttempt;
}

/** What a step asks a person, and until when it waits for the answer (ISO 8601; null: for ever). */
export interface AskedQuestion {
  readonly question: string;
  readonly answerBy: string | null;
}

/** An event as a document, with its place in the audit trail. */
export interface StoredEvent {
  readonly sequence: number;
  readonly document: RunEvent;
}

// The values come from rows that this program wrote, behind checksums: they are cast and not checked a second time.

/** A row of `runs`. */
export function toRunRecord(row: Row): RunRecord {
  return {
    ...row,
    origin: json(row['origin']),
    counters: json(row['counters']),
    metadata: json(row['metadata']),
  } as unknown as RunRecord;
}

/** A row of `definitions`. */
export function toDefinition(row: Row): StoredDefinition {
  return {
    workflowName: String(row['workflow_name']),
    path: String(row['path']),
    text: String(row['text']),
    sha256: String(row['sha256']),
    params: json(row['params']) as Readonly<Record<string, Value>>,
  };
}

/** The `settings` of a row of `definitions`. */
export function toSettings(row: Row): StoredSettings {
  const { router = null, phase = null } = (json(row['settings']) ?? {}) as Partial<StoredSettings>;
  return { router, phase };
}

/** A row of `documents`. */
export function toDocument(row: Row): StoredDocument {
  return {
    documentId: String(row['document_id']),
    kind: String(row['kind']),
    stepId: String(row['step_id']),
    createdAt: String(row['created_at']),
    body: json(row['body']),
  };
}

/** A row of `snapshots`. */
export function toSnapshot(row: Row): StoredSnapshot {
  return {
    machine: String(row['machine']),
    version: String(row['version']),
    snapshot: json(row['snapshot']) as object,
  };
}

/** A row of `steps`. */
export function toStep(row: Row): StoredStep {
  return {
    stepId: String(row['step_id']),
    position: Number(row['position']),
    state: String(row['state']),
    reason: json(row['reason']) as StepReason | null,
    toolId: text(row['tool_id']),
    attempts: Number(row['attempts']),
    startedAt: text(row['started_at']),
    endedAt: text(row['ended_at']),
    outputs: json(row['outputs']) as Readonly<Record<string, Value>> | null,
  };
}

/** A row of `step_attempts`. The document names the step and the number of the attempt in its metadata. */
export function toAttempt(row: Row): StoredAttempt {
  const { step_id: stepId, attempt, outputs, metadata, ...rest } = row;
  const document = {
    ...rest,
    outputs: json(outputs),
    metadata: { step_id: stepId, attempt, ...(json(metadata) as object) },
  } as unknown as StepAttempt;
  const { check } = document.metadata;
  return { stepId: String(stepId), attempt: Number(attempt), check: typeof check === 'string' ? check : null, document };
}

/** A row of `run_events`. */
export function toEvent(row: Row): StoredEvent {
  const { sequence, payload, ...rest } = row;
  return { sequence: Number(sequence), document: { ...rest, payload: json(payload) } as unknown as RunEvent };
}

/** The payload of an `approval_requested` event: the step, and what it asks. */
export function toQuestion(row: Row): [string, AskedQuestion] {
  const payload = json(row['payload']) as { step_id: string; question: string; answer_by: string | null };
  return [payload.step_id, { question: payload.question, answerBy: payload.answer_by }];
}

function json(value: Row[string] | undefined): unknown {
  return value === null || value === undefined ? null : JSON.parse(String(value));
}

function text(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
