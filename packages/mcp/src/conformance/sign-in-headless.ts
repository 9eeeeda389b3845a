import type { McpTarget } from '../core/mcp-server.ts';
import type { McpSignIn } from '../oauth/mcp-sign-in.ts';

/** Signs in at an authorization server that asks nobody: its authorization endpoint redirects at once. */
export async function signInHeadless(signIn: McpSignIn, target: McpTarget, signal: AbortSignal): Promise<void> {
  const { authorizationUrl } = await signIn.begin(target, signal);
  const response = await fetch(authorizationUrl, { redirect: 'manual', signal });
  await response.body?.cancel();
  const location = response.headers.get('location');
  if (location === null) throw new Error(`The authorization endpoint answered ${response.status} without a redirect.`);
  await signIn.finish(new URL(location, authorizationUrl).searchParams, target.holder, signal);
}
