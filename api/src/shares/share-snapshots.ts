import { randomUUID } from 'node:crypto';
import { problem } from '@parley/contracts';
import type { ConversationId, MessageId, SharedMessage, ShareId, UserId } from '@parley/contracts';
import type { MessagePlace, MessageTreeRepository } from '../database/repositories/message-tree-repository.ts';
import type { ShareRecord, ShareRepository } from '../database/repositories/share-repository.ts';
import { toSharedMessage } from './shared-message.ts';

/** What a snapshot is of. */
export interface SnapshotSource {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  /** Where it ends. */
  readonly messageId: MessageId;
}

type Snapshot = Required<Pick<ShareRecord, 'snapshot' | 'messages'>> & {
  readonly answerer: NonNullable<ShareRecord['answerer']> | null;
};

interface SnapshotWriterOptions {
  readonly shares: Pick<ShareRepository, 'beginSnapshot' | 'addMessages' | 'dropSnapshot'>;
  readonly trees: Pick<MessageTreeRepository, 'places' | 'each'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** UTF-16 units, about, and number of messages that are written at a time. */
const batchLength = 2_000_000;
const batchSize = 200;

/**
 * Writes down the messages up to one, for a link that does not lead to them yet. Throws `message-not-found`, also when
 * some of them are deleted meanwhile, and `share-not-found`.
 */
export function createSnapshotWriter({ shares, trees, now }: SnapshotWriterOptions) {
  async function copy(id: ShareId, snapshot: string, source: SnapshotSource, ids: readonly MessageId[]) {
    let batch: SharedMessage[] = [];
    let length = 0;
    let messages = 0;
    let answerer: Snapshot['answerer'] = null;
    const flush = async (): Promise<void> => {
      await shares.addMessages(id, snapshot, messages, batch);
      messages += batch.length;
      batch = [];
      length = 0;
    };
    for await (const message of trees.each(source, ids)) {
      const { role, agent, endpoint, model } = message;
      if (role === 'assistant') {
        answerer = agent || endpoint === undefined || model === undefined ? null : { endpoint, model };
      }
      const shared = toSharedMessage(message);
      batch.push(shared);
      length += lengthOf(shared);
      if (length >= batchLength || batch.length >= batchSize) await flush();
    }
    await flush();
    if (messages < ids.length) throw problem('message-not-found');
    return { snapshot, messages, answerer };
  }

  return async function write(id: ShareId, source: SnapshotSource): Promise<Snapshot> {
    const ids = pathTo(await trees.places(source), source.messageId);
    if (ids.length === 0) throw problem('message-not-found');
    const snapshot = randomUUID();
    if (!(await shares.beginSnapshot(source.userId, id, snapshot, new Date(now())))) throw problem('share-not-found');
    try {
      return await copy(id, snapshot, source, ids);
    } catch (error) {
      await shares.dropSnapshot(id, snapshot);
      throw error;
    }
  };
}

/** The ids from the first message to this one; none where one of them is missing or being removed. */
function pathTo(places: readonly MessagePlace[], messageId: MessageId): MessageId[] {
  const byId = new Map(places.map((place) => [place.id, place]));
  const path = new Set<MessageId>();
  for (let at: MessageId | null = messageId; at !== null && !path.has(at);) {
    const place = byId.get(at);
    if (place === undefined || place.isDeleted) return [];
    path.add(at);
    at = place.parentId;
  }
  return [...path].toReversed();
}

/** How much text a message has, about. */
export function lengthOf({ parts }: SharedMessage): number {
  return parts.reduce((sum, part) => sum + ('text' in part ? part.text.length : 100), 0);
}
