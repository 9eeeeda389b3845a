import { foldText } from '@parley/contracts';
import type { ConversationId, MessageId } from '@parley/contracts';
import type { Logger } from 'pino';
import type { SearchEntry, SearchIndex } from './search-index.ts';
import type { SearchSource, UnindexedMessage, UnindexedTitle } from './search-source.ts';
import type { SearchState } from './search-state.ts';
import { searchableText } from './searchable-text.ts';
import { wordsOf } from './words-of.ts';

/** Messages that are read at once, and different words of one under which it is found. */
const batchSize = 16;
const mostWords = 10_000;

const removalBatch = 500;

/** Milliseconds between two looks for what has changed; twice as many after each that failed, up to a minute. */
const interval = 1_000;
const longestInterval = 60_000;
/** While an index is built, others have the store for this part of the time it takes. */
const restShare = 0.5;

export interface SearchIndexer {
  /** Begins to index what is not, now and whenever something was written. Returns at once. */
  start(): void;
  /** Indexes everything there is by now. */
  catchUp(): Promise<void>;
  /** How much of the messages is indexed while many are not, 0 to 1; else `null`. */
  progress(): number | null;
  stop(): Promise<void>;
}

interface SearchIndexerOptions {
  readonly index: Omit<SearchIndex, 'search'>;
  readonly source: SearchSource;
  readonly state: Omit<SearchState, 'noteRemovals'>;
  readonly log: Logger;
}

/**
 * Keeps the index up to date. Whatever is stored without its mark is indexed and marked, in this order, so that a crash
 * at any moment only repeats work; who changes words takes the mark away in the same write. Who removes something hides
 * it first and takes it out of the index then; what was put there in between is taken out here. When another index takes
 * over, everything is indexed anew; whoever still serves the one before leaves the marks alone.
 */
export function createSearchIndexer({ index, source, state, log }: SearchIndexerOptions): SearchIndexer {
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();
  let isStopped = false;
  let built: number | null = 0;
  /** The name of the index when it was last looked at. */
  let name: string | undefined;
  let isReplaced = false;

  /** Whether the marks are about this index. It may have become another one: then it takes over. */
  async function isOurs(): Promise<boolean> {
    const opened = await index.open();
    if (opened !== name && (await state.takeOver(opened))) {
      built = 0;
      log.info({ index: opened }, 'Everything is added to the search anew');
    }
    name = opened;
    const wasReplaced = isReplaced;
    isReplaced = !(await state.isCurrent(opened));
    if (isReplaced && !wasReplaced) {
      log.warn('Another server was told to use another search engine; this one adds nothing to its own');
    }
    return !isReplaced;
  }

  /** Takes the marks and entries of a batch back when another index has taken over since it was begun. */
  async function takeBackIfReplaced(messages: readonly MessageId[], titles: readonly ConversationId[]): Promise<void> {
    if (name === undefined || (await state.isCurrent(name))) return;
    await state.unmark(messages, titles);
    await index.remove([...messages, ...titles]);
  }

  async function removeNoted(): Promise<void> {
    for (;;) {
      const noted = await state.notedRemovals(removalBatch);
      if (noted.length === 0) return;
      await index.remove(noted.flatMap(({ target }) => ('entryId' in target ? target.entryId : [])));
      for (const { target } of noted) {
        if ('conversationId' in target) await index.removeConversation(target.conversationId);
      }
      await state.forgetRemovals(noted.map(({ id }) => id));
    }
  }

  async function indexMessages(): Promise<number> {
    const messages = await source.unindexedMessages(batchSize);
    if (messages.length === 0) return 0;
    const places = [...new Set(messages.map(({ conversationId }) => conversationId))];
    const hidden = await source.unsearchable(places);
    const shown = messages.filter(({ conversationId }) => !hidden.has(conversationId));
    await index.put(shown.map(messageEntry));
    const [gone, hiddenSince] = await Promise.all([
      source.goneMessages(shown.map(({ id }) => id)),
      source.unsearchable(places),
    ]);
    const lost = shown.filter(({ conversationId }) => hiddenSince.has(conversationId)).map(({ id }) => id);
    await index.remove([...gone, ...lost]);
    await source.markMessages(messages, hidden);
    await takeBackIfReplaced(
      messages.map(({ id }) => id),
      [],
    );
    return messages.length;
  }

  async function indexTitles(): Promise<number> {
    const titles = await source.unindexedTitles(batchSize);
    if (titles.length === 0) return 0;
    const hidden = await source.unsearchable(titles.map(({ id }) => id));
    const shown = titles.filter(({ id }) => !hidden.has(id));
    await index.put(shown.map(titleEntry));
    await index.remove([...(await source.unsearchable(shown.map(({ id }) => id)))]);
    // A chat that was temporary is kept from now on.
    await source.unhide(shown.map(({ id }) => id));
    await source.markTitles(titles);
    await takeBackIfReplaced(
      [],
      titles.map(({ id }) => id),
    );
    return titles.length;
  }

  async function drain(): Promise<void> {
    let done = 0;
    let counts: { readonly unindexed: number; readonly all: number } | undefined;
    for (;;) {
      if (isStopped || !(await isOurs())) return;
      const begun = performance.now();
      await removeNoted();
      const titles = await indexTitles();
      const messages = await indexMessages();
      done += messages;
      if (titles < batchSize && messages < batchSize) break;
      counts ??= await source.countMessages();
      built = counts.all === 0 ? null : Math.min(1, Math.max(0, 1 - (counts.unindexed - done) / counts.all));
      await new Promise((resolve) => setTimeout(resolve, (performance.now() - begun) * restShare));
    }
    built = null;
    if (done > batchSize) log.info({ messages: done }, 'Messages were added to the search');
  }

  /** One after the other: whoever comes while it runs waits for another run, which sees what is new. */
  function run(): Promise<void> {
    const next = last.then(drain);
    last = next.catch(() => undefined);
    return next;
  }

  return {
    start() {
      let wait = interval;
      const look = async (): Promise<void> => {
        try {
          await run();
          wait = interval;
        } catch (error) {
          wait = Math.min(wait * 2, longestInterval);
          if (!isStopped) log.error({ err: error }, 'The search could not be brought up to date');
        }
        if (!isStopped) timer = setTimeout(() => void look(), wait).unref();
      };
      void look();
    },
    catchUp: run,
    progress: () => built,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await last;
    },
  };
}

function messageEntry({
  id,
  userId,
  conversationId,
  role,
  parts,
  model,
  agent,
  createdAt,
}: UnindexedMessage): SearchEntry {
  const words = wordsOf(foldText(searchableText(parts)), mostWords);
  return { id, userId, conversationId, messageId: id, role, model, agentId: agent?.id, at: createdAt, words };
}

function titleEntry({ id, userId, title, updatedAt }: UnindexedTitle): SearchEntry {
  return { id, userId, conversationId: id, at: updatedAt, words: wordsOf(foldText(title), mostWords) };
}
