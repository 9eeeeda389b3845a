import type { McpServerView, McpVariable, UserId } from '@parley/contracts';
import type { McpTarget } from '@parley/mcp';
import type { AccessSubject } from '../access/access-service.ts';
import type { McpConnectionsHub } from './mcp-connections.ts';
import type { McpDefinition } from './mcp-definition.ts';
import type { PersonVariables } from './person-variables.ts';
import type { ReachableServer } from './server-directory.ts';
import type { ServerTargets } from './server-targets.ts';
import type { ToolLists } from './tool-lists.ts';
import { listedTools } from './tool-specs.ts';

/** Servers as people see them. */
export interface ServerViews {
  /** Without connecting. `trouble` is what went wrong just now, where somebody has just tried. */
  of(subject: AccessSubject, server: ReachableServer, trouble?: string): Promise<McpServerView>;
}

interface ServerViewsOptions {
  readonly hub: Pick<McpConnectionsHub, 'status'>;
  readonly targets: ServerTargets;
  readonly lists: Pick<ToolLists, 'known'>;
  readonly variables: Pick<PersonVariables, 'of'>;
  readonly isSignedIn: (serverId: string, userId: UserId) => Promise<boolean>;
}

export function createServerViews({ hub, targets, lists, variables, isSignedIn }: ServerViewsOptions): ServerViews {
  async function variablesOf(definition: McpDefinition, userId: UserId): Promise<McpVariable[]> {
    if (definition.variables.length === 0) return [];
    const filledIn = await variables.of(definition.id, userId);
    return definition.variables.map((variable) => ({ ...variable, isSet: (filledIn[variable.name] ?? '') !== '' }));
  }

  function stateOf(target: McpTarget, trouble: string | undefined): Pick<McpServerView, 'state' | 'trouble'> {
    if (trouble !== undefined) return { state: 'failing', trouble };
    const status = hub.status(target);
    return status.state === 'failing' ? { state: 'failing', trouble: status.message } : { state: status.state };
  }

  return {
    async of({ userId }, { definition, role }, trouble) {
      const needsSignIn = targets.needsSignIn(definition);
      const [outcome, isIn, shownVariables] = await Promise.all([
        targets.of(definition, userId),
        needsSignIn ? isSignedIn(definition.id, userId) : false,
        variablesOf(definition, userId),
      ]);
      const list = outcome.kind === 'ready' ? await lists.known(outcome.target) : undefined;
      const { transport } = definition;
      const mayChange = definition.origin === 'user' && role !== 'viewer';
      return {
        name: definition.name,
        title: definition.title,
        description: definition.description,
        origin: definition.origin,
        transport: transport.type,
        ...(mayChange && transport.type !== 'stdio' ? { url: transport.url } : {}),
        auth: needsSignIn ? 'oauth' : definition.auth,
        myRole: role,
        ...(outcome.kind === 'variables-needed'
          ? { state: 'variables-needed' }
          : needsSignIn && !isIn
            ? { state: 'sign-in-needed' }
            : stateOf(outcome.target, trouble)),
        isSignedIn: isIn,
        variables: shownVariables,
        toolCount: list === undefined ? null : listedTools(definition, list).length,
        inChatMenu: definition.inChatMenu,
      };
    },
  };
}
