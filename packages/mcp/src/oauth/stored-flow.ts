import * as z from 'zod/mini';
import type { McpSecretStore } from './mcp-secret-store.ts';
import { McpSignInError } from './mcp-sign-in-error.ts';
import { digest, secretKeys } from './secret-keys.ts';
import { bindingSchema } from './stored-sign-in.ts';

const flowMs = 10 * 60_000;

const flowSchema = z.object({
  serverId: z.string(),
  holder: z.string(),
  beganBy: z.string(),
  /** PKCE's secret half. */
  verifier: z.string(),
  expiresAt: z.number(),
  binding: bindingSchema,
  /** What a 403 asked for on top, when that is why it was begun. */
  stepUpScope: z.optional(z.string()),
});

/** A sign-in whose user is away in the browser. */
export type Flow = z.infer<typeof flowSchema>;

interface Keeper {
  readonly secrets: McpSecretStore;
  readonly now: () => number;
}

/** Keeps a flow for ten minutes; the answer names it without telling its state. */
export async function saveFlow(
  { secrets, now }: Keeper,
  state: string,
  flow: Omit<Flow, 'expiresAt'>,
): Promise<string> {
  const flowId = digest(state);
  const expiresAt = now() + flowMs;
  await secrets.put(secretKeys.flow(flowId), JSON.stringify({ ...flow, expiresAt }), {
    expiresAt: new Date(expiresAt),
  });
  return flowId;
}

/** The flow of a state, gone with that: whatever comes back with a state uses it up. */
export async function takeFlow({ secrets, now }: Keeper, state: string | undefined): Promise<Flow> {
  const value = state === undefined ? undefined : await secrets.take(secretKeys.flow(digest(state)));
  const flow = value === undefined ? undefined : z.safeParse(flowSchema, JSON.parse(value)).data;
  if (flow !== undefined && flow.expiresAt > now()) return flow;
  throw new McpSignInError('state-unknown', 'This sign-in is not known: it took too long, or was used already.');
}
