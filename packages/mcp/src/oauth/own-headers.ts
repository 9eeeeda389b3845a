import * as z from 'zod/mini';
import type { McpTarget } from '../core/mcp-server.ts';

/** How such headers are kept with a sign-in. */
export const ownHeadersSchema = z.object({
  headers: z.record(z.string(), z.string()),
  origins: z.array(z.string()),
});

/** Headers that were set for a server's sign-in, and the origins that whoever set them knew of. */
export type OwnHeaders = z.infer<typeof ownHeadersSchema>;

/** Undefined when none were set. */
export function ownHeadersOf({ server: { oauth, transport } }: McpTarget): OwnHeaders | undefined {
  if (oauth?.headers === undefined) return undefined;
  const known: (string | undefined)[] = Object.values(oauth.authorizationServer ?? {});
  if (transport.type !== 'stdio') known.push(transport.url);
  const origins = known.map((address) => (address === undefined ? undefined : URL.parse(address)?.origin));
  return { headers: { ...oauth.headers }, origins: origins.filter((origin) => origin !== undefined) };
}
