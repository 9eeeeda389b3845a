import { problem } from '@parley/contracts';
import type { Conversation, ConversationId, RouteOutput, SharedMessage, shareRoutes, UserId } from '@parley/contracts';
import type { SharedLinksConfig } from '../config/shared-links.ts';
import type { ConversationCopyRepository } from '../database/repositories/conversation-copy-repository.ts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { MessageTreeRepository } from '../database/repositories/message-tree-repository.ts';
import type { ShareRecord, ShareRepository } from '../database/repositories/share-repository.ts';
import type { Announcer } from '../realtime/announcer.ts';
import { copiedMessageId, copySharedMessage } from './copy-shared-message.ts';
import { lengthOf } from './share-snapshots.ts';

type SharedPage = RouteOutput<typeof shareRoutes.read>;

/** What links lead to. One that is wrong, was revoked or has expired is `share-not-found`, all of them alike. */
export interface SharedChats {
  /** `signIn` is asked, and may throw, where the link is not for everybody. */
  read(token: string, from: number, signIn: () => Promise<unknown>): Promise<SharedPage>;
  /**
   * A conversation of the reader's own with the words of the snapshot; nobody sees it before it is complete, and a repeat
   * changes nothing. Throws `conversation-id-taken` for an id that is another conversation's.
   */
  copy(userId: UserId, token: string, conversationId: ConversationId): Promise<Conversation>;
}

interface SharedChatsOptions {
  readonly shares: Pick<ShareRepository, 'findByToken' | 'messages'>;
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly copies: Pick<ConversationCopyRepository, 'begin' | 'find' | 'publish'>;
  readonly trees: Pick<MessageTreeRepository, 'places' | 'remove' | 'addAll'>;
  readonly allowed: SharedLinksConfig;
  /** Who answers in the copy of a chat with an agent. */
  readonly defaultAnswerer: { readonly endpoint: string; readonly model: string };
  /** Whether an id is one of what is no conversation. */
  readonly isReserved: (id: ConversationId) => boolean;
  /** Hears of every copy. */
  readonly announcer: Pick<Announcer, 'announce'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Messages, and about how much text, of one answer. */
const pageSize = 100;
const pageLength = 2_000_000;
const tokenShape = /^[\w-]{20,64}$/;

export function createSharedChats(options: SharedChatsOptions): SharedChats {
  const { shares, conversations, copies, trees, allowed, defaultAnswerer, isReserved, announcer, now } = options;

  async function follow(token: string): Promise<ShareRecord> {
    const isAllowed = allowed.signedIn || allowed.public;
    const share = isAllowed && tokenShape.test(token) ? await shares.findByToken(token) : undefined;
    if (share === undefined || (share.expiresAt && share.expiresAt.getTime() <= now()))
      throw problem('share-not-found');
    // What it is of may be gone before its links are.
    const source = await conversations.find(share.userId, share.conversationId);
    if (source === undefined) throw problem('share-not-found');
    return share;
  }

  const accessOf = ({ access }: ShareRecord) => (allowed.public ? access : 'signed-in');

  /** The messages of a page; those of a snapshot that was replaced meanwhile are gone. */
  async function pageOf({ snapshot, messages: total }: ShareRecord, from: number): Promise<SharedMessage[]> {
    const found = await shares.messages(snapshot, from, pageSize);
    if (found.length < Math.min(pageSize, total - from)) throw problem('share-not-found');
    let length = 0;
    const tooMany = found.findIndex((message) => (length += lengthOf(message)) > pageLength);
    return tooMany === -1 ? found : found.slice(0, Math.max(1, tooMany));
  }

  /** Does it once more where the snapshot was replaced in the middle. */
  async function withShare<T>(token: string, work: (share: ShareRecord) => Promise<T>): Promise<T> {
    const share = await follow(token);
    try {
      return await work(share);
    } catch (error) {
      const again = await follow(token);
      if (again.snapshot === share.snapshot) throw error;
      return await work(again);
    }
  }

  async function finished(userId: UserId, id: ConversationId, share: ShareRecord): Promise<Conversation | undefined> {
    const known = await copies.find(id);
    if (known === undefined) return undefined;
    if (known.userId !== userId) throw problem('conversation-id-taken');
    if (!known.isFinished) return undefined;
    const places = await trees.places({ userId, conversationId: id });
    const first = copiedMessageId(id, share, 0);
    if (!places.some((place) => place.id === first)) throw problem('conversation-id-taken');
    return await conversations.find(userId, id);
  }

  async function copyMessages(userId: UserId, conversationId: ConversationId, share: ShareRecord): Promise<void> {
    const tree = { userId, conversationId };
    const ids = Array.from({ length: share.messages }, (_, number) => copiedMessageId(conversationId, share, number));
    const wanted = new Set(ids);
    // A copy that was begun from an older snapshot.
    const left = (await trees.places(tree)).map(({ id }) => id).filter((id) => !wanted.has(id));
    await trees.remove(tree, left);
    for (let from = 0; from < share.messages;) {
      const page = await pageOf(share, from);
      const begun = from;
      await trees.addAll(
        userId,
        page.map((message, index) => copySharedMessage(message, { conversationId, share, number: begun + index })),
      );
      from += page.length;
    }
  }

  return {
    read: (token, from, signIn) =>
      withShare(token, async (share) => {
        const access = accessOf(share);
        if (access === 'signed-in') await signIn();
        const messages = await pageOf(share, from);
        const next = from + messages.length;
        return {
          title: share.title,
          access,
          updatedAt: share.updatedAt.toISOString(),
          messages,
          next: next < share.messages ? next : null,
        };
      }),

    copy: (userId, token, id) =>
      withShare(token, async (share) => {
        if (isReserved(id)) throw problem('conversation-id-taken');
        const known = await finished(userId, id, share);
        if (known !== undefined) return known;
        const copied = { id, title: share.title, ...(share.answerer ?? defaultAnswerer), tools: [] };
        await copies.begin(userId, copied, undefined, new Date(now()));
        // Somebody else may have begun another one under this id in the same moment.
        const finishedMeanwhile = await finished(userId, id, share);
        if (finishedMeanwhile !== undefined) return finishedMeanwhile;
        await copyMessages(userId, id, share);
        await copies.publish(userId, id);
        const conversation = await finished(userId, id, share);
        if (conversation === undefined) throw problem('conversation-id-taken');
        announcer.announce(userId, { type: 'conversation-changed', conversation });
        return conversation;
      }),
  };
}
