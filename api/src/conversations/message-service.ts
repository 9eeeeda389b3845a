import { problem } from '@parley/contracts';
import type { ConversationId, Feedback, Message, MessageId, Person, UserId } from '@parley/contracts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { MessageRemoval } from './message-removal.ts';

interface MessagePath {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
}

interface Edit {
  readonly text: string;
  /** The index of a text part; the last one unless told. */
  readonly part?: number | undefined;
  /** The text as it was found; whatever it is unless told. */
  readonly was?: string | undefined;
}

/** What its owner does with a message. All throw `conversation-not-found` and `message-not-found`, also for somebody else's. */
export interface MessageService {
  /**
   * Changes its words in place. Throws `generation-running` while it, or the answer to it, is being written,
   * `message-changed` when its text is another one by now, `invalid-request` for a part that is no text, and
   * `forbidden` when a `guest` of the owner's names anything but a prompt of their own.
   */
  edit(path: MessagePath, edit: Edit, guest?: Person): Promise<Message>;
  /** See `MessageRemoval.remove`. */
  remove(path: MessagePath): Promise<MessageId[]>;
  /** Notes what is thought of an answer, or that nothing is. Throws `forbidden` where nobody is asked. */
  rate(path: MessagePath, feedback: Feedback | undefined): Promise<Message>;
}

interface MessageServiceOptions {
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly messages: Pick<MessageRepository, 'find' | 'editText' | 'rate'>;
  readonly generations: Pick<GenerationRepository, 'listUnended'>;
  readonly removal: Pick<MessageRemoval, 'remove'>;
  /** Hears of every change. */
  readonly announcer: Pick<Announcer, 'announce'>;
  /** Whether answers may be rated. */
  readonly feedback: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createMessageService(options: MessageServiceOptions): MessageService {
  const { conversations, messages, generations, removal, announcer, feedback: mayRate, now } = options;

  async function checkConversation({ userId, conversationId }: MessagePath): Promise<void> {
    if ((await conversations.find(userId, conversationId)) === undefined) throw problem('conversation-not-found');
  }

  async function find(path: MessagePath): Promise<Message> {
    const message = await messages.find(path.userId, path.conversationId, path.messageId);
    if (message !== undefined) return message;
    await checkConversation(path);
    throw problem('message-not-found');
  }

  /** Throws when it, or the answer to it, is being written. */
  async function refuseWhileWritten({ id, conversationId, status }: Message): Promise<void> {
    if (status === 'running') throw problem('generation-running');
    const running = await generations.listUnended(conversationId);
    const isTouched = running.some((its) => its.userMessageId === id || its.responseMessageId === id);
    if (isTouched) throw problem('generation-running');
  }

  /** Why a text could not be changed; the message where it says already what it should. */
  async function explain(path: MessagePath, part: number, text: string): Promise<Message> {
    const message = await find(path);
    await refuseWhileWritten(message);
    const held = message.parts[part];
    if (held?.type === 'text' && held.text === text) return message;
    throw problem('message-changed');
  }

  function tell({ userId, conversationId }: MessagePath): void {
    announcer.announce(userId, { type: 'messages-changed', conversationId });
  }

  return {
    async edit(path, { text, part, was }, guest) {
      const { userId, conversationId, messageId } = path;
      const found = await find(path);
      const isOwn = guest === undefined || (found.role === 'user' && found.author?.id === guest.id);
      if (!isOwn) throw problem('forbidden', { detail: 'You may change the prompts that you wrote.' });
      await refuseWhileWritten(found);
      const index = textPartOf(found, part);
      const edited = await messages.editText(userId, conversationId, messageId, {
        part: index,
        text,
        was,
        at: new Date(now()),
      });
      if (edited === undefined) return await explain(path, index, text);
      tell(path);
      return edited;
    },

    async remove(path) {
      await checkConversation(path);
      const { userId, conversationId, messageId } = path;
      const removed = await removal.remove({ userId, conversationId }, messageId);
      tell(path);
      return removed;
    },

    async rate(path, feedback) {
      if (!mayRate) throw problem('forbidden', { detail: 'Answers are not rated here.' });
      const { userId, conversationId, messageId } = path;
      const rated = await messages.rate(userId, conversationId, messageId, feedback);
      if (rated !== undefined) {
        tell(path);
        return rated;
      }
      await find(path);
      throw problem('message-not-found', { detail: 'Only answers can be rated.' });
    },
  };
}

/** The index of the text that is meant. */
function textPartOf({ parts }: Message, wanted: number | undefined): number {
  const index = wanted ?? parts.findLastIndex(({ type }) => type === 'text');
  if (parts[index]?.type === 'text') return index;
  const message = wanted === undefined ? 'This message has no text' : 'This part of the message is no text';
  throw problem('invalid-request', { issues: [{ path: 'body.part', message }] });
}
