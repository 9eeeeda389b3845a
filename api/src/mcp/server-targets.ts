import type { McpTarget } from '@parley/mcp';
import { problem } from '@parley/contracts';
import type { User, UserId } from '@parley/contracts';
import type { McpVariableConfig } from '../config/mcp-config.ts';
import type { McpDefinition } from './mcp-definition.ts';
import { personalTarget, placeholdersOfServer, sharedTarget } from './mcp-target.ts';
import type { PersonVariables } from './person-variables.ts';

/** A server as one person may use it now. */
export type ServerTarget =
  | { readonly kind: 'ready'; readonly target: McpTarget }
  /** They have to fill something in first, or what they have filled in makes no address. */
  | { readonly kind: 'variables-needed'; readonly variables: readonly McpVariableConfig[] };

/** Finds out whose connection to a server somebody uses. */
export interface ServerTargets {
  of(definition: McpDefinition, userId: UserId): Promise<ServerTarget>;
  /** Whether people sign in to it: it says so, or has asked for it. */
  needsSignIn(definition: McpDefinition): boolean;
  /** Notes that a server has asked for a sign-in nobody had announced. Returns whether that is news. */
  noteSignInAsked(definition: McpDefinition): boolean;
}

interface ServerTargetsOptions {
  readonly variables: Pick<PersonVariables, 'of'>;
  readonly users: { find(id: UserId): Promise<User | undefined> };
}

/** Shared by all where nothing about a server is personal; otherwise everybody has a connection of their own. */
export function createServerTargets({ variables, users }: ServerTargetsOptions): ServerTargets {
  const asked = new Set<string>();
  const needsSignIn = ({ id, signIn: way }: McpDefinition): boolean => way?.need === 'always' || asked.has(id);

  async function personal(definition: McpDefinition, userId: UserId): Promise<ServerTarget> {
    const [user, filledIn] = await Promise.all([users.find(userId), variables.of(definition.id, userId)]);
    if (user === undefined) throw problem('not-authenticated');
    const needed = new Set(
      placeholdersOfServer(definition).flatMap((found) => (found.kind === 'variable' ? [found.name] : [])),
    );
    const missing = definition.variables.filter(({ name }) => needed.has(name) && (filledIn[name] ?? '') === '');
    if (missing.length > 0) return { kind: 'variables-needed', variables: missing };
    const target = personalTarget(definition, { user, variables: filledIn });
    if (target !== undefined) return { kind: 'ready', target };
    return { kind: 'variables-needed', variables: definition.variables.filter(({ name }) => needed.has(name)) };
  }

  return {
    needsSignIn,

    async of(definition, userId) {
      if (placeholdersOfServer(definition).length > 0 || needsSignIn(definition)) {
        return await personal(definition, userId);
      }
      return { kind: 'ready', target: sharedTarget(definition) };
    },

    noteSignInAsked({ id, signIn: way }) {
      if (way?.need !== 'when-asked' || asked.has(id)) return false;
      asked.add(id);
      return true;
    },
  };
}
