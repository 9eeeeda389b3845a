import { McpError, McpSignInError } from '@parley/mcp';
import type { McpTarget } from '@parley/mcp';
import { problem } from '@parley/contracts';
import type { McpServerView, ToolEffect, ToolInfo } from '@parley/contracts';
import type { AccessSubject } from '../access/access-service.ts';
import { cleanLine, cleanText } from '../clean-text.ts';
import type { ToolSpec } from '../tools/tool.ts';
import type { McpConnections } from './mcp-connections.ts';
import { reachServer } from './mcp-service.ts';
import type { PersonVariables } from './person-variables.ts';
import type { ReachableServer, ServerDirectory } from './server-directory.ts';
import type { ServerTargets } from './server-targets.ts';
import type { ServerViews } from './server-views.ts';
import type { ToolLists } from './tool-lists.ts';
import { listedTools } from './tool-specs.ts';

/** UTF-16 units of what a server says of a tool, as people see it. */
const longestTitle = 200;
const longestDescription = 1_024;

interface TestedServer {
  readonly server: McpServerView;
  readonly software?: string;
  readonly revision?: string;
  readonly milliseconds: number;
}

/** What everybody does for themselves with a server they may use. All throw `mcp-server-not-found`. */
export interface McpUseService {
  /** Connects now and lists the tools; what goes wrong is told in the server's state. */
  test(subject: AccessSubject, name: string, signal: AbortSignal): Promise<TestedServer>;
  /** As they were listed last. */
  tools(
    subject: AccessSubject,
    name: string,
  ): Promise<{ items: ToolInfo[]; problems: { tool: string; reason: string }[] }>;
  /** Throws `invalid-request` for a variable the server does not have. */
  setVariables(subject: AccessSubject, name: string, values: Readonly<Record<string, string>>): Promise<McpServerView>;
  /** Throws `sign-in-failed`. */
  signIn(subject: AccessSubject, name: string, signal: AbortSignal): Promise<{ authorizationUrl: string }>;
  signOut(subject: AccessSubject, name: string): Promise<void>;
  /** Throws `sign-in-failed`. */
  finishSignIn(subject: AccessSubject, name: string, query: string, signal: AbortSignal): Promise<McpServerView>;
}

interface McpUseServiceOptions extends McpConnections {
  readonly directory: ServerDirectory;
  readonly targets: ServerTargets;
  readonly views: ServerViews;
  readonly lists: ToolLists;
  readonly variables: PersonVariables;
  /** What would happen if a model called tools for somebody. */
  readonly approvals: { effects(subject: AccessSubject, specs: readonly ToolSpec[]): Promise<ToolEffect[]> };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createMcpUseService(options: McpUseServiceOptions): McpUseService {
  const { directory, targets, views, lists, variables, approvals, hub, signIns, now } = options;
  const reach = (subject: AccessSubject, name: string) => reachServer(directory, subject, name);

  async function readyTarget({ definition }: ReachableServer, subject: AccessSubject): Promise<McpTarget | undefined> {
    const outcome = await targets.of(definition, subject.userId);
    return outcome.kind === 'ready' ? outcome.target : undefined;
  }

  /** Connects and lists; a server that unexpectedly asks for a sign-in is seen as one that does from then on. */
  async function connect(server: ReachableServer, target: McpTarget, signal: AbortSignal) {
    try {
      const info = await hub.connect(target, signal);
      await lists.fresh(target, signal);
      return { software: `${info.title ?? info.name} ${info.version}`.trim(), revision: info.revision };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof McpError)) throw error;
      if (error.code !== 'sign-in-needed') return { trouble: error.message };
      targets.noteSignInAsked(server.definition);
      return {};
    }
  }

  async function toSignIn(server: ReachableServer, subject: AccessSubject): Promise<McpTarget> {
    const { definition } = server;
    if (definition.signIn === undefined) {
      throw problem('sign-in-failed', { detail: 'Nobody signs in to this server.' });
    }
    targets.noteSignInAsked(definition);
    const target = await readyTarget(server, subject);
    if (target === undefined) {
      throw problem('sign-in-failed', { detail: 'Please fill in first what this server wants to know of you.' });
    }
    return target;
  }

  return {
    async test(subject, name, signal) {
      const server = await reach(subject, name);
      const target = await readyTarget(server, subject);
      const begun = now();
      const { trouble, ...found } = target === undefined ? {} : await connect(server, target, signal);
      const milliseconds = Math.max(0, Math.round(now() - begun));
      return { server: await views.of(subject, server, trouble), ...found, milliseconds };
    },

    async tools(subject, name) {
      const server = await reach(subject, name);
      const target = await readyTarget(server, subject);
      const list = target === undefined ? undefined : await lists.known(target);
      if (list === undefined) return { items: [], problems: [] };
      const specs = listedTools(server.definition, list).map(({ spec }) => spec);
      const effects = await approvals.effects(subject, specs);
      const items = specs.map(({ ref, title, description, source, hints }, index): ToolInfo => ({
        ref,
        title: cleanLine(title, longestTitle),
        description: cleanText(description, longestDescription),
        source,
        hints,
        effect: effects[index] ?? 'ask',
      }));
      const problems = list.problems.map(({ tool, reason }) => ({
        tool: cleanLine(tool, longestTitle),
        reason: cleanLine(reason, longestDescription),
      }));
      return { items, problems };
    },

    async setVariables(subject, name, values) {
      const server = await reach(subject, name);
      const { id, variables: known } = server.definition;
      const unknown = Object.keys(values).filter((key) => !known.some((variable) => variable.name === key));
      if (unknown.length > 0) {
        const issues = unknown.map((key) => ({ path: `body.values.${key}`, message: 'is no variable of this server' }));
        throw problem('invalid-request', { issues });
      }
      // What is copied from somewhere often brings a line end along.
      const trimmed = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.trim()]));
      await variables.set(id, subject.userId, trimmed);
      await lists.forget(id, subject.userId);
      await hub.disconnect(id, subject.userId);
      return await views.of(subject, server);
    },

    async signIn(subject, name, signal) {
      const server = await reach(subject, name);
      const target = await toSignIn(server, subject);
      const signIn = signIns.of(server.definition.id);
      const { authorizationUrl } = await orSignInFailed(signIn.begin(target, signal, subject.userId));
      return { authorizationUrl };
    },

    async signOut(subject, name) {
      const { definition } = await reach(subject, name);
      // The list of tools stays: a model may call one, and the call then waits until they have signed in again.
      await signIns.of(definition.id).signOut(definition.id, subject.userId);
      await hub.disconnect(definition.id, subject.userId);
    },

    async finishSignIn(subject, name, query, signal) {
      const server = await reach(subject, name);
      const { id } = server.definition;
      const answer = await orSignInFailed(signIns.of(id).finish(new URLSearchParams(query), subject.userId, signal));
      if (answer.serverId !== id) {
        throw problem('sign-in-failed', { detail: 'This sign-in was begun for another server.' });
      }
      targets.noteSignInAsked(server.definition);
      await hub.disconnect(id, subject.userId);
      const target = await readyTarget(server, subject);
      if (target !== undefined) lists.refresh(target);
      return await views.of(subject, server);
    },
  };
}

async function orSignInFailed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof McpSignInError) throw problem('sign-in-failed', { detail: error.message, cause: error });
    throw error;
  }
}
