import type { ConversationId, FileId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { fileDocumentSchema, looseContentDocumentSchema } from '../schemas/file-document.ts';
import type { FileDocument, LooseContentDocument } from '../schemas/file-document.ts';

export interface FileRecord extends Omit<FileDocument, '_id'> {
  readonly id: FileId;
}

/** Bytes that may belong to no file. */
export interface LooseContent extends Omit<LooseContentDocument, '_id'> {
  readonly key: string;
}

/** Where files are when they wait for their conversation: with their owner. */
export interface FilePlace {
  readonly userId: UserId;
  readonly conversationId: ConversationId | null;
}

/** What is known of files; their bytes are elsewhere. */
export interface FileRepository {
  /** Stores a file; returns whether there was none of that id. */
  add(file: FileRecord): Promise<boolean>;
  /** The file of that id when it is this person's. */
  find(userId: UserId, id: FileId): Promise<FileRecord | undefined>;
  /** Those of the ids that are this person's, in any order. */
  findAll(userId: UserId, ids: readonly FileId[]): Promise<FileRecord[]>;
  /** The key of a file's bytes. */
  contentOf(id: FileId): Promise<string | undefined>;
  /** What is in a person's workspace; of a name it may be several, of which the newest counts. */
  listPlaced(userId: UserId, conversationId: ConversationId): Promise<FileRecord[]>;
  /** A person's uploads that wait for their conversation. */
  listWaiting(userId: UserId): Promise<FileRecord[]>;
  /** Files that have expired before `date`. */
  listExpired(date: Date): Promise<FileRecord[]>;
  /** What a person's conversation has beside its workspace, the newest first. */
  listReplaced(userId: UserId, conversationId: ConversationId): Promise<FileRecord[]>;
  /** Everything that is kept for somebody, wherever it is. */
  listOwn(userId: UserId): Promise<FileRecord[]>;
  /** Everything that is kept for a conversation. */
  listAll(conversationId: ConversationId): Promise<FileRecord[]>;
  /** Gives a waiting upload to a conversation; returns whether it was waiting. */
  claim(userId: UserId, conversationId: ConversationId, id: FileId, at: Date): Promise<boolean>;
  /** Puts a file into its conversation's workspace, or takes it out (`null`). */
  place(id: FileId, at: Date | null): Promise<void>;
  /** Takes everything of these names out of a workspace. */
  displace(userId: UserId, conversationId: ConversationId, names: readonly string[]): Promise<void>;
  /** Takes out of the workspace what was there before `file` under its name. */
  displaceOlder(file: Pick<FileRecord, 'id' | 'userId' | 'conversationId' | 'name'>, at: Date): Promise<void>;
  remove(id: FileId): Promise<void>;

  /** Notes that there are, or will be, bytes under a key that no file has yet or any more. */
  loosen(content: LooseContent): Promise<void>;
  /** Changes how many bytes are held for it. */
  resize(key: string, size: number): Promise<void>;
  /** Notes that the bytes belong to a file, or are gone. */
  settle(key: string): Promise<void>;
  /** Bytes of all files of a person's that expire, wherever they are, with those that are held. */
  sumExpiring(userId: UserId): Promise<number>;
  listLoose(place: FilePlace): Promise<LooseContent[]>;
  /** Keys of what is loose of somebody's, wherever it is. */
  listOwnLoose(userId: UserId): Promise<string[]>;
  listLooseBefore(date: Date): Promise<LooseContent[]>;
  /** Whether a file has these bytes. */
  hasContent(key: string): Promise<boolean>;
}

const ever = { $gte: new Date(0) };

/** Files in the `files` collection, and what may belong to none in `loose_file_contents`. */
export function createFileRepository(connection: Connection): FileRepository {
  const files = connection.model<FileDocument>('File', fileDocumentSchema);
  const loose = connection.model<LooseContentDocument>('LooseFileContent', looseContentDocumentSchema);

  return {
    async add({ id, ...file }) {
      try {
        const result = await files.updateOne({ _id: id }, { $setOnInsert: file }, { upsert: true });
        return result.upsertedCount === 1;
      } catch (error) {
        if (duplicateKeyField(error) !== '_id') throw error;
        return false;
      }
    },

    async find(userId, id) {
      const document = await files.findOne({ _id: id, userId }).lean();
      return document === null ? undefined : toFile(document);
    },

    async findAll(userId, ids) {
      return (await files.find({ _id: { $in: [...ids] }, userId }).lean()).map(toFile);
    },

    async contentOf(id) {
      return (await files.findById(id, { content: 1 }).lean())?.content;
    },

    async listPlaced(userId, conversationId) {
      return (await files.find({ conversationId, placedAt: ever, userId }).lean()).map(toFile);
    },

    async listWaiting(userId) {
      return (await files.find({ userId, conversationId: null }).lean()).map(toFile);
    },

    async listExpired(date) {
      return (await files.find({ expiresAt: { $gte: new Date(0), $lt: date } }).lean()).map(toFile);
    },

    async listReplaced(userId, conversationId) {
      return (await files.find({ userId, conversationId, placedAt: null }).sort({ createdAt: -1 }).lean()).map(toFile);
    },

    async listOwn(userId) {
      return (await files.find({ userId }).lean()).map(toFile);
    },

    async listAll(conversationId) {
      return (await files.find({ conversationId }).lean()).map(toFile);
    },

    async claim(userId, conversationId, id, at) {
      const change = { $set: { conversationId, placedAt: at }, $unset: { expiresAt: 1 } };
      return (await files.updateOne({ _id: id, userId, conversationId: null }, change)).matchedCount === 1;
    },

    async place(id, at) {
      await files.updateOne({ _id: id }, { $set: { placedAt: at } });
    },

    async displace(userId, conversationId, names) {
      const named = { conversationId, placedAt: ever, userId, name: { $in: [...names] } };
      await files.updateMany(named, { $set: { placedAt: null } });
    },

    async displaceOlder({ id, userId, conversationId, name }, at) {
      // Of two in the same moment one has to stay: that with the greater id.
      const isOlder = [{ placedAt: { $gte: new Date(0), $lt: at } }, { placedAt: at, _id: { $lt: id } }];
      await files.updateMany({ userId, conversationId, name, $or: isOlder }, { $set: { placedAt: null } });
    },

    async remove(id) {
      await files.deleteOne({ _id: id });
    },

    async loosen({ key, ...content }) {
      try {
        await loose.updateOne({ _id: key }, { $setOnInsert: content }, { upsert: true });
      } catch (error) {
        if (duplicateKeyField(error) !== '_id') throw error;
      }
    },

    async resize(key, size) {
      await loose.updateOne({ _id: key }, { $set: { size } });
    },

    async settle(key) {
      await loose.deleteOne({ _id: key });
    },

    async sumExpiring(userId) {
      // In this order: what stops being loose in between is among the files by then.
      const coming = await loose.find({ userId }, { size: 1 }).lean();
      const there = await files.find({ userId, expiresAt: ever }, { size: 1 }).lean();
      return [...coming, ...there].reduce((sum, { size }) => sum + size, 0);
    },

    async listLoose({ userId, conversationId }) {
      return (await loose.find({ userId, conversationId }).lean()).map(toLoose);
    },

    async listOwnLoose(userId) {
      return (await loose.find({ userId }, { _id: 1 }).lean()).map(({ _id }) => _id);
    },

    async listLooseBefore(date) {
      return (await loose.find({ createdAt: { $lt: date } }).lean()).map(toLoose);
    },

    async hasContent(key) {
      return (await files.exists({ content: key })) !== null;
    },
  };
}

function toFile({ _id, ...file }: FileDocument): FileRecord {
  return { id: _id, ...file };
}

function toLoose({ _id, ...content }: LooseContentDocument): LooseContent {
  return { key: _id, ...content };
}
