import * as z from 'zod/mini';
import { userIdSchema } from './ids.ts';
import { timestampSchema } from './timestamp.ts';

/** One decision that somebody may have to answer for. Carries no arguments, prompts or answers. */
export const auditEntrySchema = z.object({
  id: z.string(),
  at: timestampSchema,
  /** Who decided; `null` for the policy itself. */
  actor: z.nullable(z.object({ id: userIdSchema, name: z.string() })),
  action: z.enum([
    'tool-approved',
    'tool-denied',
    'tool-refused-by-policy',
    'access-changed',
    'agent-promoted',
    'agent-disabled',
    'policy-changed',
    'api-key-created',
    'api-key-removed',
  ]),
  /** What it was about: a tool's model-facing name, an agent's name … */
  subject: z.string(),
  /** Small facts: scope, edited, device, conversation, the SHA-256 of the arguments … */
  details: z.record(z.string(), z.string()),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
