import type { McpSignIn } from '@parley/mcp';
import type { McpConnectionsHub } from './mcp-connections.ts';
import type { PersonVariables } from './person-variables.ts';
import type { ToolLists } from './tool-lists.ts';

/** What is kept for a server, and how it goes away. */
export interface ServerTraces {
  /** Ends the connections; the next use opens others. */
  disconnect(serverId: string): Promise<void>;
  /** Everybody has to sign in anew. */
  forgetSignIns(serverId: string): Promise<void>;
  /** Connections, credentials, what people filled in, lists. */
  erase(serverId: string): Promise<void>;
  /** What people have allowed its tools for good. */
  forgetGrants(name: string): Promise<void>;
}

interface ServerTracesOptions {
  readonly hub: Pick<McpConnectionsHub, 'disconnect'>;
  readonly signIn: Pick<McpSignIn, 'forget'>;
  readonly variables: Pick<PersonVariables, 'forget'>;
  readonly lists: Pick<ToolLists, 'forget'>;
  /** Removes grants for tools whose refs begin like that. */
  readonly forgetGrants: (refPrefix: string) => Promise<void>;
}

export function createServerTraces({ hub, signIn, variables, lists, forgetGrants }: ServerTracesOptions): ServerTraces {
  return {
    disconnect: (serverId) => hub.disconnect(serverId),

    async forgetSignIns(serverId) {
      await signIn.forget(serverId);
      await lists.forget(serverId);
      await hub.disconnect(serverId);
    },

    async erase(serverId) {
      await Promise.all([signIn.forget(serverId), variables.forget(serverId), hub.disconnect(serverId)]);
      await lists.forget(serverId);
    },

    forgetGrants: (name) => forgetGrants(`mcp/${name}/`),
  };
}
