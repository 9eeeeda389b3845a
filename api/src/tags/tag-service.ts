import { randomUUID } from 'node:crypto';
import type { TagCount, UserId } from '@parley/contracts';
import type { ConversationOrderRepository, TagChange } from '../database/repositories/conversation-order-repository.ts';
import type { Announcer } from '../realtime/announcer.ts';

/** The tags a person files conversations under. They exist on conversations only. */
export interface TagService {
  /** See `tagRoutes.list`. */
  list(userId: UserId): Promise<TagCount[]>;
  /** Gives a tag another name wherever it is; harmless where it is nowhere. */
  rename(userId: UserId, tag: string, name: string): Promise<TagCount[]>;
  /** Takes a tag off wherever it is; harmless where it is nowhere. */
  remove(userId: UserId, tag: string): Promise<void>;
  /** Completes changes that a process did not survive. */
  finishChanges(): Promise<void>;
}

interface TagServiceOptions {
  readonly conversationOrder: Pick<
    ConversationOrderRepository,
    'tagCounts' | 'beginTagChange' | 'finishTagChange' | 'tagChanges'
  >;
  /** Hears of every change. */
  readonly announcer: Pick<Announcer, 'announce'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createTagService({ conversationOrder: order, announcer, now }: TagServiceOptions): TagService {
  async function changeEverywhere(wanted: Omit<TagChange, 'id'>): Promise<void> {
    const change: TagChange = { id: randomUUID(), ...wanted };
    await order.beginTagChange(change, new Date(now()));
    await order.finishTagChange(change);
    announcer.announce(change.userId, { type: 'tag-changed', tag: change.tag, name: change.name ?? null });
  }

  return {
    list: (userId) => order.tagCounts(userId),

    async rename(userId, tag, name) {
      if (name !== tag) await changeEverywhere({ userId, tag, name });
      return await order.tagCounts(userId);
    },

    remove: (userId, tag) => changeEverywhere({ userId, tag }),

    async finishChanges() {
      for (const unfinished of await order.tagChanges()) await order.finishTagChange(unfinished);
    },
  };
}
