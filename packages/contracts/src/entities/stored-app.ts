import * as z from 'zod/mini';

const hosts = z.array(z.string());

/** What an attachment of kind `app` holds, as JSON: the page of an MCP App, and what its tool was asked and gave. */
export const storedAppSchema = z.object({
  /** For a sandboxed frame on an origin of its own, and for nothing else. */
  html: z.string(),
  /** Where it may load from and connect to: what its server named and the operator allows. */
  hosts: z.object({ resource: hosts, connect: hosts }),
  /** The arguments of the call. */
  input: z.record(z.string(), z.unknown()),
  /** A `CallToolResult` of MCP, with the `_meta` that models do not see. */
  result: z.record(z.string(), z.unknown()),
});
export type StoredApp = z.infer<typeof storedAppSchema>;
