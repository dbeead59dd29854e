import type { PromptInstance } from '../prompt-instance.ts';
import { headerOf } from './doc-meta.ts';

/** A prompt with every section. */
export const promptInstanceExample: PromptInstance = {
  meta: headerOf('prompt_instance', 'run_artifact', 'The prompt for refunds of zero'),
  prompt_instance_id: '01J9Z4B0C5V8B2N6M0Q4W8E2R6',
  template_id: 'code_edit.v1',
  target_tool: 'claude',
  kind: 'code_edit',
  sections: {
    HEADER: 'You work in the repository of the payment service.',
    OBJECTIVE: 'Refuse refunds of zero with the error "amount must be positive".',
    CONTEXT: 'Refunds are made in src/refunds/refund.py.',
    CONSTRAINTS: 'At most 200 lines in at most 8 files.',
    FILES_SCOPE: 'You may write src/refunds/** and create tests/refunds/*.py.',
    OUTPUT_SPEC: 'A unified diff.',
    VALIDATION: 'pytest -q tests/refunds must succeed.',
  },
};
