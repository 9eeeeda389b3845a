import { createHash } from 'node:crypto';
import type { McpToolList, McpTarget } from '@parley/mcp';
import { McpError } from '@parley/mcp';
import type { Logger } from 'pino';
import type { McpToolListRepository } from '../database/repositories/mcp-tool-list-repository.ts';
import { orAborted } from '../or-aborted.ts';
import type { McpConnectionsHub } from './mcp-connections.ts';
import { readStoredList } from './stored-tool-list.ts';

/** The tools of servers, as they were listed last: by this process, by another one, or before a restart. */
export interface ToolLists {
  /** Without connecting. As long as nothing changes it is the same object. */
  known(target: McpTarget): Promise<McpToolList | undefined>;
  /** Asks the server, unless it was asked just now. Throws `McpError`, besides the reason of an aborted `signal`. */
  fresh(target: McpTarget, signal: AbortSignal): Promise<McpToolList>;
  /** It was asked and takes its time: nobody else need wait for it. */
  isSlow(target: McpTarget): boolean;
  /** Asks the server and waits for nothing; what goes wrong shows in its state. */
  refresh(target: McpTarget): void;
  /** The same when the turn that uses the list has got going, and not at every turn. */
  refreshSoon(target: McpTarget): void;
  forget(serverId: string, holder?: string): Promise<void>;
}

interface ToolListsOptions {
  readonly hub: Pick<McpConnectionsHub, 'tools' | 'knownTools'>;
  readonly lists: McpToolListRepository;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Lists that are longer are not kept in the database, whose documents end at 16 MiB. */
const longestStored = 8 * 1024 * 1024;
/** Lists that are kept at hand. */
const mostRemembered = 1_000;
/** Milliseconds. */
const soon = 1_000;
/** How long a server may take before it counts as slow. */
const patience = 1_500;
const betweenRefreshes = 30_000;

/** A list with the one the hub had when it was looked at, and a hash of what it says. */
interface Kept {
  readonly list: McpToolList;
  readonly source: McpToolList | undefined;
  readonly hash: string;
}

export function createToolLists({ hub, lists, log, now }: ToolListsOptions): ToolLists {
  const kept = new Map<string, Kept>();
  /** What the database is being asked, by key. */
  const reading = new Map<string, Promise<Kept | undefined>>();
  const asking = new Map<string, Promise<McpToolList>>();
  const askedAt = new Map<string, number>();
  /** When the newest question was put. */
  const beganAt = new Map<string, number>();

  async function read(target: McpTarget): Promise<Kept | undefined> {
    const text = await lists.find(target.server.id, target.holder);
    const list = text === undefined ? undefined : readStoredList(text);
    if (text === undefined || list === undefined) return undefined;
    const found = { list, source: undefined, hash: hashOf(text) };
    if (!kept.has(keyOf(target))) remember(kept, keyOf(target), found);
    return found;
  }

  /** A server without a list is asked for one, so the database is not asked again and again. */
  async function fromDatabase(target: McpTarget): Promise<McpToolList | undefined> {
    const key = keyOf(target);
    const question = reading.get(key) ?? read(target).finally(() => reading.delete(key));
    reading.set(key, question);
    return (await question)?.list;
  }

  /** What says the same as before stays the same object: a good deal is worked out from it. */
  async function keep(target: McpTarget, source: McpToolList): Promise<McpToolList> {
    const key = keyOf(target);
    const before = kept.get(key);
    if (before?.source === source) return before.list;
    const text = JSON.stringify(source);
    const hash = hashOf(text);
    const list = before?.hash === hash ? before.list : source;
    remember(kept, key, { list, source, hash });
    const isStored = before?.hash === hash && before.source !== undefined;
    if (!isStored && text.length <= longestStored) {
      await lists.save(target.server.id, target.holder, text, new Date(now()));
    }
    return list;
  }

  async function ask(target: McpTarget): Promise<McpToolList> {
    const { connectTimeoutMs, callTimeoutMs } = target.server;
    const listed = await hub.tools(target, AbortSignal.timeout(connectTimeoutMs + callTimeoutMs));
    return await keep(target, listed);
  }

  /** One question at a time to each server and holder; nobody who leaves ends it for the others. */
  function askOnce(target: McpTarget): Promise<McpToolList> {
    const key = keyOf(target);
    remember(askedAt, key, now());
    const running = asking.get(key);
    if (running !== undefined) return running;
    const question = ask(target).finally(() => asking.delete(key));
    asking.set(key, question);
    remember(beganAt, key, now());
    return question;
  }

  function refresh(target: McpTarget): void {
    askOnce(target).catch((error: unknown) => {
      if (error instanceof McpError) return;
      log.error({ err: error, serverId: target.server.id }, 'The tools of an MCP server could not be kept');
    });
  }

  return {
    async known(target) {
      const source = hub.knownTools(target);
      const found = kept.get(keyOf(target));
      if (source === undefined || source === found?.source) return found?.list ?? (await fromDatabase(target));
      return await keep(target, source);
    },

    fresh: (target, signal) => orAborted(askOnce(target), signal),

    isSlow(target) {
      const key = keyOf(target);
      return asking.has(key) && now() - (beganAt.get(key) ?? Infinity) > patience;
    },

    refresh,

    refreshSoon(target) {
      const key = keyOf(target);
      if (now() - (askedAt.get(key) ?? -Infinity) < betweenRefreshes) return;
      remember(askedAt, key, now());
      setTimeout(() => refresh(target), soon).unref();
    },

    async forget(serverId, holder) {
      const isMeant = (key: string): boolean =>
        holder === undefined ? key.startsWith(`${serverId} `) : key === `${serverId} ${holder}`;
      for (const map of [kept, askedAt, beganAt]) {
        for (const key of [...map.keys()].filter(isMeant)) map.delete(key);
      }
      await lists.remove(serverId, holder);
    },
  };
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > mostRemembered && oldest !== undefined) map.delete(oldest);
}

function keyOf({ server, holder }: McpTarget): string {
  return `${server.id} ${holder}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
