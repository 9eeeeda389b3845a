import { problem, ProblemError } from '@parley/contracts';
import type { ConversationId, GenerationId, MessageId, UserId } from '@parley/contracts';
import type { CodeRunRepository } from '../database/repositories/code-run-repository.ts';
import type { GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { MessagePlace, MessageTreeRepository } from '../database/repositories/message-tree-repository.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { GenerationStore } from '../generations/generation-store.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { ToolResultStore } from '../tools/tool-results.ts';
import { dropHoldings, isEmpty, noHoldings, noteHoldings } from './message-holdings.ts';
import type { Holdings } from './message-holdings.ts';
import { placesFrom } from './places-from.ts';

interface Tree {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
}

/** Removes messages with what follows from them and with what they alone hold. */
export interface MessageRemoval {
  /**
   * Returns the ids of what was removed. Throws `message-not-found`, and `generation-running` while one of them is
   * written or answered; nothing is removed then. A repeat completes what a process did not survive.
   */
  remove(tree: Tree, id: MessageId): Promise<MessageId[]>;
  /** Completes removals that a process did not survive. */
  finishAll(): Promise<void>;
}

interface MessageRemovalOptions {
  readonly trees: MessageTreeRepository;
  readonly generations: Pick<GenerationRepository, 'findHolder' | 'listDue'>;
  readonly store: Pick<GenerationStore, 'remove'>;
  readonly results: Pick<ToolResultStore, 'remove'>;
  readonly codeRunRecords: Pick<CodeRunRepository, 'remove'>;
  readonly files: Pick<WorkspaceFiles, 'remove'>;
  readonly searchIndex: Pick<SearchIndex, 'remove'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Hides first, the topmost message before all others, and removes then. What begins in between sees that its parent is
 * hidden, or is seen here: a generation is stored before it looks up what it answers.
 */
export function createMessageRemoval(options: MessageRemovalOptions): MessageRemoval {
  const { trees, generations, store, results, codeRunRecords, files, searchIndex, now } = options;

  /** Whether one of them is being written, or a prompt behind one of them is about to be answered. */
  async function isBusy({ conversationId }: Tree, doomed: readonly MessagePlace[]): Promise<boolean> {
    const ids = new Set(doomed.map(({ id }) => id));
    const answers = new Set(doomed.flatMap(({ generationId }) => generationId ?? []));
    const running = await generations.findHolder(conversationId);
    if (running !== undefined) {
      const { responseMessageId, userMessageId, parentMessageId, lanes = [] } = running;
      const beside = lanes.map((lane) => lane.responseMessageId);
      const before = parentMessageId === null ? [] : [parentMessageId];
      const touched = [responseMessageId, ...beside, userMessageId, ...before];
      if (touched.some((id) => ids.has(id))) return true;
    }
    return (await generations.listDue()).some(({ id }) => answers.has(id));
  }

  /** Hides a message and what follows from it, also what is added meanwhile; returns all of it. */
  async function hide(tree: Tree, root: MessageId, before: readonly MessagePlace[]): Promise<readonly MessagePlace[]> {
    let doomed = before;
    await trees.markDeleted(tree, [root], new Date(now()));
    for (;;) {
      const ids = doomed.map(({ id }) => id);
      await trees.markDeleted(tree, ids, new Date(now()));
      if (await isBusy(tree, doomed)) {
        // The topmost one last: as long as it is hidden, so are the others.
        await trees.unmarkDeleted(
          tree,
          ids.filter((id) => id !== root),
        );
        await trees.unmarkDeleted(tree, [root]);
        throw problem('generation-running');
      }
      doomed = placesFrom(await trees.places(tree), root);
      if (doomed.every(({ isDeleted }) => isDeleted)) return doomed;
    }
  }

  async function holdingsOf(tree: Tree, ids: readonly MessageId[]): Promise<Holdings> {
    const held = noHoldings();
    for await (const { parts } of trees.each(tree, ids)) noteHoldings(held, parts);
    return held;
  }

  /** What these messages hold and no other one of the conversation does. */
  async function ownHoldings(tree: Tree, doomed: readonly MessageId[]): Promise<Holdings> {
    const held = await holdingsOf(tree, doomed);
    if (isEmpty(held)) return held;
    const gone = new Set(doomed);
    const staying = (await trees.places(tree)).filter(({ id, isDeleted }) => !isDeleted && !gone.has(id));
    dropHoldings(
      held,
      await holdingsOf(
        tree,
        staying.map(({ id }) => id),
      ),
    );
    return held;
  }

  async function finish(tree: Tree, doomed: readonly MessagePlace[]): Promise<void> {
    const { userId } = tree;
    const ids = doomed.map(({ id }) => id);
    const held = await ownHoldings(tree, ids);
    await results.remove(userId, [...held.results]);
    await codeRunRecords.remove(userId, [...held.runs]);
    for (const id of held.files) await files.remove(userId, id);
    const answers = new Set<GenerationId>(doomed.flatMap(({ generationId }) => generationId ?? []));
    for (const id of answers) await store.remove(id);
    await searchIndex.remove(ids);
    await trees.remove(tree, ids);
  }

  async function finishOne(tree: Tree, root: MessageId, doomed: readonly MessagePlace[]): Promise<void> {
    try {
      await finish(tree, await hide(tree, root, doomed));
    } catch (error) {
      // What is answered in it is shown again.
      if (!(error instanceof ProblemError) || error.code !== 'generation-running') throw error;
    }
  }

  return {
    async remove(tree, id) {
      const doomed = placesFrom(await trees.places(tree), id);
      if (doomed.length === 0) throw problem('message-not-found');
      if (await isBusy(tree, doomed)) throw problem('generation-running');
      const hidden = await hide(tree, id, doomed);
      await finish(tree, hidden);
      return hidden.map((place) => place.id);
    },

    async finishAll() {
      const marked = await trees.listDeleted();
      for (const [conversationId, all] of Map.groupBy(marked, (place) => place.conversationId)) {
        const [first] = all;
        if (first === undefined) continue;
        const tree = { userId: first.userId, conversationId };
        const ids = new Set(all.map(({ id }) => id));
        const places = await trees.places(tree);
        const roots = places.filter(({ id, parentId }) => ids.has(id) && (parentId === null || !ids.has(parentId)));
        for (const { id } of roots) await finishOne(tree, id, placesFrom(places, id));
      }
    },
  };
}
