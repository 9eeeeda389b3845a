import type { ConversationId, News, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import type { ParticipantRecord, ParticipantRepository } from '../database/repositories/participant-repository.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { ConversationAccess } from './conversation-access.ts';
import { conversationFor } from './conversation-for.ts';
import { queueFor } from './queue-for.ts';

interface SharedAnnouncerOptions {
  readonly announcer: Announcer;
  readonly access: Pick<ConversationAccess, 'list'>;
  readonly participants: Pick<ParticipantRepository, 'markUnread'>;
  readonly logger: Logger;
}

/**
 * What the owner of a conversation is told, told to everybody who takes part in it at that moment, too: to each in their
 * own words. Who they are is looked up after the owner has been told; news of one conversation stay in order.
 */
export function createSharedAnnouncer(options: SharedAnnouncerOptions): Announcer {
  const { announcer, access, participants, logger } = options;
  const telling = new Map<ConversationId, Promise<void>>();

  async function tellOthers(ownerId: UserId, id: ConversationId, news: News): Promise<void> {
    const others = await access.list(id);
    if (others.length === 0) return;
    const isEnd = news.type === 'generation-ended';
    if (isEnd) await participants.markUnread(id);
    // Looked up last of all: whoever was removed meanwhile hears nothing after that.
    for (const part of isEnd ? await access.list(id) : others)
      announcer.announce(part.userId, newsFor(part, ownerId, news));
  }

  function follow(ownerId: UserId, id: ConversationId, news: News): void {
    const told = (telling.get(id) ?? Promise.resolve())
      .then(() => tellOthers(ownerId, id, news))
      .catch((error: unknown) => {
        logger.warn({ err: error, conversationId: id }, 'News could not be told to those who take part');
      });
    telling.set(id, told);
    void told.finally(() => {
      if (telling.get(id) === told) telling.delete(id);
    });
  }

  return {
    ...announcer,
    announce(ownerId, news) {
      announcer.announce(ownerId, newsForOwner(ownerId, news));
      const id = sharedPlaceOf(news);
      if (id !== undefined) follow(ownerId, id, news);
    },
  };
}

/** The conversation whose participants are to hear of it, if it may have any. */
function sharedPlaceOf(news: News): ConversationId | undefined {
  switch (news.type) {
    case 'conversation-changed':
      return news.conversation.participants === undefined ? undefined : news.conversation.id;
    case 'generation-started':
    case 'generation-ended':
    case 'queue-changed':
    case 'messages-changed':
      return news.conversationId;
    default:
      return undefined;
  }
}

function newsForOwner(ownerId: UserId, news: News): News {
  if (news.type === 'generation-started' && news.askedBy !== undefined) return { ...news, startedBy: null };
  if (news.type === 'queue-changed') return { ...news, queue: queueFor(ownerId, ownerId, news.queue) };
  return news;
}

function newsFor(part: ParticipantRecord, ownerId: UserId, news: News): News {
  switch (news.type) {
    case 'conversation-changed':
      return { ...news, conversation: conversationFor(part, news.conversation) };
    case 'generation-started':
      return news.askedBy?.id === part.userId ? news : { ...news, startedBy: null };
    case 'queue-changed':
      return { ...news, queue: queueFor(part.userId, ownerId, news.queue) };
    default:
      return news;
  }
}
