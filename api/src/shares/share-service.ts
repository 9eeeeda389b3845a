import { randomBytes, randomUUID } from 'node:crypto';
import { mostShares, problem, shareIdSchema } from '@parley/contracts';
import type { ConversationId, MessageId, Share, ShareAccess, ShareDays, ShareId, UserId } from '@parley/contracts';
import type { SharedLinksConfig } from '../config/shared-links.ts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { MessageTreeRepository } from '../database/repositories/message-tree-repository.ts';
import type { ShareChange, ShareRecord, ShareRepository } from '../database/repositories/share-repository.ts';
import { createSnapshotWriter } from './share-snapshots.ts';

interface ShareWish {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly access: ShareAccess;
  readonly days: ShareDays | null;
  readonly title?: string | undefined;
}

interface ShareUpdate {
  readonly messageId?: MessageId | undefined;
  readonly access?: ShareAccess | undefined;
  readonly days?: ShareDays | null | undefined;
  readonly title?: string | undefined;
}

/**
 * A person's links to snapshots of conversations. Whoever names a link that is not their own gets `share-not-found`;
 * what the operator does not allow is `forbidden`.
 */
export interface ShareService {
  /** Newest first, also those that have expired. */
  list(userId: UserId, conversationId?: ConversationId): Promise<Share[]>;
  /** Throws `conversation-not-found`, `message-not-found` and `shares-full`. */
  create(userId: UserId, wish: ShareWish): Promise<Share>;
  /** With a message, also takes a new snapshot; until it is whole the link leads to the one before. */
  update(userId: UserId, id: ShareId, update: ShareUpdate): Promise<Share>;
  /** Ends it at once. */
  remove(userId: UserId, id: ShareId): Promise<void>;
  /** Removes what processes left that did not live to finish. */
  finishRemovals(): Promise<void>;
}

interface ShareServiceOptions {
  readonly shares: ShareRepository;
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly trees: Pick<MessageTreeRepository, 'places' | 'each'>;
  readonly allowed: SharedLinksConfig;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Milliseconds. */
const day = 24 * 3_600_000;
/** Nobody writes a snapshot for that long. */
const longestWriting = 30 * 60_000;
/** 192 bits: nobody guesses one. */
const tokenBytes = 24;

export function createShareService({ shares, conversations, trees, allowed, now }: ShareServiceOptions): ShareService {
  const writeSnapshot = createSnapshotWriter({ shares, trees, now });

  function checkAllowed(access: ShareAccess | undefined): void {
    if (!allowed.signedIn && !allowed.public) throw problem('forbidden', { detail: 'Links are switched off here.' });
    if (access === 'public' && !allowed.public) {
      throw problem('forbidden', { detail: 'Links are for people who are signed in here.' });
    }
  }

  async function titleOf(userId: UserId, conversationId: ConversationId): Promise<string> {
    const conversation = await conversations.find(userId, conversationId);
    if (conversation === undefined) throw problem('conversation-not-found');
    return conversation.title;
  }

  async function get(userId: UserId, id: ShareId): Promise<ShareRecord> {
    const found = await shares.find(userId, id);
    if (found === undefined) throw problem('share-not-found');
    return found;
  }

  const expiryOf = (days: ShareDays | null): Date | null => (days === null ? null : new Date(now() + days * day));

  return {
    list: async (userId, conversationId) =>
      (await shares.list(userId, mostShares, conversationId)).map((share) => toShare(share)),

    async create(userId, { conversationId, messageId, access, days, title }) {
      checkAllowed(access);
      const named = await titleOf(userId, conversationId);
      if ((await shares.count(userId)) >= mostShares) throw problem('shares-full');
      const id = shareIdSchema.parse(randomUUID());
      const token = randomBytes(tokenBytes).toString('base64url');
      const createdAt = new Date(now());
      const expiresAt = expiryOf(days);
      await shares.begin({
        id,
        token,
        userId,
        conversationId,
        messageId,
        title: title ?? named,
        access,
        ...(expiresAt === null ? {} : { expiresAt }),
        createdAt,
        updatedAt: createdAt,
      });
      try {
        await shares.change(userId, id, await writeSnapshot(id, { userId, conversationId, messageId }));
        // It may have been deleted meanwhile, and have let go of its links already.
        await titleOf(userId, conversationId);
        return toShare(await get(userId, id));
      } catch (error) {
        await shares.remove(userId, id, new Date(now()));
        throw error;
      }
    },

    async update(userId, id, { messageId, access, days, title }) {
      const known = await get(userId, id);
      checkAllowed(access ?? (messageId === undefined ? undefined : known.access));
      const change: ShareChange = {
        ...(access === undefined ? {} : { access }),
        ...(title === undefined ? {} : { title }),
        ...(days === undefined ? {} : { expiresAt: expiryOf(days) }),
      };
      if (messageId === undefined) {
        await shares.change(userId, id, change);
        return toShare(await get(userId, id));
      }
      const written = await writeSnapshot(id, { userId, conversationId: known.conversationId, messageId });
      const before = await shares.change(userId, id, { ...change, ...written, messageId, updatedAt: new Date(now()) });
      // Gone meanwhile: so goes what was written for it.
      const left = before === undefined ? written.snapshot : before.snapshot;
      if (left !== undefined) await shares.dropSnapshot(id, left);
      return toShare(await get(userId, id));
    },

    async remove(userId, id) {
      if (!(await shares.remove(userId, id, new Date(now())))) throw problem('share-not-found');
    },

    finishRemovals: () => shares.finishRemovals(new Date(now() - longestWriting)),
  };
}

function toShare(share: ShareRecord): Share {
  const { userId: _userId, snapshot: _snapshot, answerer: _answerer, expiresAt, createdAt, updatedAt, ...rest } = share;
  return {
    ...rest,
    expiresAt: expiresAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
