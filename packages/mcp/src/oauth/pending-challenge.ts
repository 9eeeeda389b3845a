import { computeScopeUnion } from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import { readScope } from './challenge.ts';
import type { Challenge } from './challenge.ts';
import type { McpSecretStore } from './mcp-secret-store.ts';
import { secretKeys } from './secret-keys.ts';

const keptMs = 24 * 60 * 60_000;

const pendingSchema = z.object({
  serverUrl: z.string(),
  resourceMetadataUrl: z.optional(z.string()),
  scope: z.optional(z.string()),
  /** Whether the scope is asked for on top of what is granted. */
  isStepUp: z.boolean(),
});

/** What a server asked for last, until its holder signs in. */
export type PendingChallenge = z.infer<typeof pendingSchema>;

/** Remembers, for a day, what the next sign-in has to ask for; what a 403 asked for is not forgotten over a later 401. */
export async function notePendingChallenge(
  { secrets, now }: { readonly secrets: McpSecretStore; readonly now: () => number },
  of: { readonly serverId: string; readonly holder: string; readonly serverUrl: string },
  challenge: Challenge,
): Promise<void> {
  const earlier = await readPendingChallenge(secrets, of);
  const isStepUp = earlier?.isStepUp === true;
  const scope = isStepUp ? readScope(computeScopeUnion(earlier.scope, challenge.scope)) : challenge.scope;
  const pending: PendingChallenge = {
    serverUrl: of.serverUrl,
    ...(challenge.resourceMetadataUrl !== undefined && { resourceMetadataUrl: challenge.resourceMetadataUrl }),
    ...(scope !== undefined && { scope }),
    isStepUp: isStepUp || challenge.isInsufficientScope,
  };
  const expiresAt = new Date(now() + keptMs);
  await secrets.put(secretKeys.challenge(of.serverId, of.holder), JSON.stringify(pending), { expiresAt });
}

/** Undefined when the server asked for nothing, or was at another address then. */
export async function readPendingChallenge(
  secrets: McpSecretStore,
  of: { readonly serverId: string; readonly holder: string; readonly serverUrl: string },
): Promise<PendingChallenge | undefined> {
  const stored = await secrets.get(secretKeys.challenge(of.serverId, of.holder));
  const pending = stored && z.safeParse(pendingSchema, JSON.parse(stored.value)).data;
  return pending?.serverUrl === of.serverUrl ? pending : undefined;
}
