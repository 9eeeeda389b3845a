import * as z from 'zod/mini';
import { userIdSchema } from './ids.ts';

/** Most people of one conversation beside its owner. */
export const mostParticipants = 20;

/** Somebody with an account, as others in a conversation see them. */
export const personSchema = z.object({ id: userIdSchema, name: z.string() });
export type Person = z.infer<typeof personSchema>;

/** Somebody who takes part in a shared conversation; there is one `owner`. */
export const participantSchema = z.extend(personSchema, { role: z.enum(['owner', 'participant']) });
export type Participant = z.infer<typeof participantSchema>;

/** Somebody who looks at a shared conversation right now. */
export const presentPersonSchema = z.extend(personSchema, {
  /** They are writing a prompt. */
  typing: z.optional(z.boolean()),
});
export type PresentPerson = z.infer<typeof presentPersonSchema>;
