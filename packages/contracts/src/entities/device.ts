import * as z from 'zod/mini';
import { sessionIdSchema } from './ids.ts';
import { timestampSchema } from './timestamp.ts';

/** A browser or app in which an account is signed in. */
export const deviceSchema = z.object({
  /** The id of its session. */
  id: sessionIdSchema,
  /** Words for a person, such as “Firefox on Linux”. */
  name: z.string(),
  signedInAt: timestampSchema,
  /** When it last renewed its session or was connected. */
  lastSeenAt: timestampSchema,
  /** Connected right now. */
  online: z.boolean(),
});
export type Device = z.infer<typeof deviceSchema>;
