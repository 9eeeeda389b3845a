import type { McpHttpTransport, McpTarget } from '../core/mcp-server.ts';
import { McpSignInError } from './mcp-sign-in-error.ts';

/** The target's transport; programs on this machine have nobody to sign in. */
export function httpTransportOf(target: McpTarget): McpHttpTransport {
  const { transport } = target.server;
  if (transport.type !== 'stdio') return transport;
  throw new McpSignInError('discovery-failed', 'This server runs as a program; nobody signs in to it.');
}
