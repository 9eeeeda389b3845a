import type { RequestOptions } from '@modelcontextprotocol/client';
import type { Connection, ListName } from '../connect/connection.ts';
import { McpError } from '../core/mcp-error.ts';
import type { McpErrorCode } from '../core/mcp-error.ts';
import type { McpLimits } from '../core/mcp-limits.ts';
import type { McpPrompt } from '../core/mcp-prompt.ts';
import type { McpResource, McpResourceTemplate } from '../core/mcp-resource.ts';
import type { McpToolList } from '../core/mcp-tool.ts';
import { listPages } from '../requests/list-pages.ts';
import type { RawList } from '../requests/list-pages.ts';
import { readPrompts, readResources, readTemplates } from '../requests/read-lists.ts';
import { readTools } from '../requests/read-tools.ts';
import { runRequest } from '../requests/run-request.ts';
import { createListCache } from './create-list-cache.ts';
import { createSharedTask } from './create-shared-task.ts';
import type { SharedTask } from './create-shared-task.ts';
import type { Slot } from './create-slot.ts';

type Lists = {
  tools: McpToolList;
  resources: readonly McpResource[];
  templates: readonly McpResourceTemplate[];
  prompts: readonly McpPrompt[];
};

/** The lists of one slot: what was listed last, and one listing at a time. */
export interface ServerLists {
  known<Name extends ListName>(name: Name): Lists[Name] | undefined;
  /** The known one while it is fresh, otherwise listed now. */
  get<Name extends ListName>(name: Name, signal: AbortSignal): Promise<Lists[Name]>;
  /** Listed now, however fresh. */
  refresh<Name extends ListName>(name: Name, signal: AbortSignal): Promise<Lists[Name]>;
  /** Whether that is news about any of them since it was listed. */
  markStale(names: readonly ListName[]): boolean;
}

interface ServerListsOptions {
  readonly slot: Slot;
  readonly limits: McpLimits;
  readonly now: () => number;
  readonly onChanged: () => void;
}

/** How long a list is good when the server says nothing about it: longer when it promised to tell of changes. */
const toldTtlMs = 60 * 60_000;
const untoldTtlMs = 5 * 60_000;
/** A server that cannot list is left alone for a while, like one that cannot be connected to. */
const isBroken = new Set<McpErrorCode>(['timed-out', 'malformed', 'too-large']);

/** Lists of a server nobody asked yet. */
export function createServerLists({ slot, limits, now, onChanged }: ServerListsOptions): ServerLists {
  const cache = createListCache<Lists>(now);
  const { callTimeoutMs: timeoutMs } = slot.target.server;

  function listing<Name extends ListName>(
    name: Name,
    { offer, method, key }: { offer: 'tools' | 'resources' | 'prompts'; method: string; key: string },
    read: (raw: RawList, connection: Connection) => Lists[Name],
  ): SharedTask<Lists[Name]> {
    const list = async (signal: AbortSignal): Promise<Lists[Name]> =>
      await slot.use(signal, async (connection) => {
        const { client, info } = connection;
        const changes = cache.changes(name);
        const raw: RawList = info.capabilities[offer]
          ? await runRequest({ connection, timeoutMs, signal }, (options: RequestOptions) =>
              listPages(client, method, key, options, limits),
            )
          : { entries: [], isCut: false };
        const tells = client.getServerCapabilities()?.[offer]?.listChanged === true;
        const result = read(raw, connection);
        cache.put(name, result, { ttlMs: raw.ttlMs ?? (tells ? toldTtlMs : untoldTtlMs), changes });
        onChanged();
        return result;
      });
    const listOrNote = async (signal: AbortSignal): Promise<Lists[Name]> => {
      try {
        return await list(signal);
      } catch (error) {
        if (error instanceof McpError && isBroken.has(error.code)) slot.failed(error);
        throw error;
      }
    };
    return createSharedTask(listOrNote, () => new McpError('cancelled', 'Listing was cancelled.', { retryable: true }));
  }

  const tasks: { readonly [Name in ListName]: SharedTask<Lists[Name]> } = {
    tools: listing('tools', { offer: 'tools', method: 'tools/list', key: 'tools' }, (raw, { client, info }) =>
      readTools(raw, {
        limits,
        instructions: info.instructions,
        mapsHeaders: client.getProtocolEra() === 'modern' && slot.target.server.transport.type !== 'stdio',
      }),
    ),
    resources: listing('resources', { offer: 'resources', method: 'resources/list', key: 'resources' }, readResources),
    templates: listing(
      'templates',
      { offer: 'resources', method: 'resources/templates/list', key: 'resourceTemplates' },
      readTemplates,
    ),
    prompts: listing('prompts', { offer: 'prompts', method: 'prompts/list', key: 'prompts' }, readPrompts),
  };

  return {
    known: (name) => cache.known(name),
    get: async (name, signal) => cache.fresh(name) ?? (await tasks[name].join(signal)),
    refresh: async (name, signal) => await tasks[name].join(signal),
    markStale: (names) => cache.markStale(names),
  };
}
