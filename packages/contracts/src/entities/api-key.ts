import * as z from 'zod/mini';
import { timestampSchema } from './timestamp.ts';

/** What a key may do: list agents, ask them, run code. */
export const apiKeyScopeSchema = z.enum(['agents:read', 'agents:run', 'code:run']);
export type ApiKeyScope = z.infer<typeof apiKeyScopeSchema>;

/** A person's key for programs, without its secret. */
export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The first characters of the key, to tell it from others. */
  prefix: z.string(),
  scopes: z.array(apiKeyScopeSchema),
  createdAt: timestampSchema,
  expiresAt: z.nullable(timestampSchema),
  lastUsedAt: z.nullable(timestampSchema),
});
export type ApiKey = z.infer<typeof apiKeySchema>;
