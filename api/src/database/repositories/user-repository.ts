import { randomUUID } from 'node:crypto';
import { problem, userIdSchema } from '@parley/contracts';
import type { Role, User, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { escapeRegex } from '../escape-regex.ts';
import { userDocumentSchema } from '../schemas/user-document.ts';
import type { UserDocument } from '../schemas/user-document.ts';

interface NewAccount {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
}

interface Credentials {
  readonly user: User;
  readonly passwordHash: string;
}

export interface UserRepository {
  /** Whether no account exists yet. */
  isEmpty(): Promise<boolean>;
  /** Stores an account. The first of an install, and never more than one, becomes `ADMIN`. Throws `email-taken`. */
  create(account: NewAccount): Promise<User>;
  find(id: UserId): Promise<User | undefined>;
  /** Those of these that exist, by id. */
  findMany(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, User>>;
  /** People whose address, name or a word of the name begins like that, in any case; by name. */
  search(prefix: string, limit: number): Promise<User[]>;
  findCredentials(email: string): Promise<Credentials | undefined>;
  /** Admins beside one. */
  otherAdmins(than: UserId): Promise<UserId[]>;
  /** Removes an account; its address is free then. Harmless when it is not there. */
  remove(id: UserId): Promise<void>;
}

/** Accounts in the `users` collection. */
export function createUserRepository(connection: Connection): UserRepository {
  const model = connection.model<UserDocument>('User', userDocumentSchema);

  async function insert(account: NewAccount, role: Role): Promise<User> {
    const document: UserDocument = {
      _id: userIdSchema.parse(randomUUID()),
      ...account,
      role,
      createdAt: new Date(),
      ...(role === 'ADMIN' ? { first: true } : {}),
    };
    await model.create([document]);
    return toUser(document);
  }

  async function isEmpty(): Promise<boolean> {
    return (await model.exists({}).lean()) === null;
  }

  return {
    isEmpty,

    async create(account) {
      try {
        if (await isEmpty()) return await insert(account, 'ADMIN');
      } catch (error) {
        if (duplicateKeyField(error) !== 'first') throw translate(error);
      }
      try {
        return await insert(account, 'USER');
      } catch (error) {
        throw translate(error);
      }
    },

    async find(id) {
      const document = await model.findById(id).lean();
      return document === null ? undefined : toUser(document);
    },

    async findMany(ids) {
      if (ids.length === 0) return new Map();
      const documents = await model.find({ _id: { $in: [...new Set(ids)] } }).lean();
      return new Map(documents.map((document) => [document._id, toUser(document)]));
    },

    async search(prefix, limit) {
      const text = escapeRegex(prefix);
      const name = { $regex: String.raw`(?:^|\s)${text}`, $options: 'i' };
      const email = { $regex: `^${text.toLowerCase()}` };
      const documents = await model
        .find(prefix === '' ? {} : { $or: [{ email }, { name }] })
        .sort({ name: 1, _id: 1 })
        .limit(limit)
        .lean();
      return documents.map(toUser);
    },

    async findCredentials(email) {
      const document = await model.findOne({ email }).lean();
      return document === null ? undefined : { user: toUser(document), passwordHash: document.passwordHash };
    },

    async otherAdmins(than) {
      const documents = await model.find({ role: 'ADMIN', _id: { $ne: than } }, { _id: 1 }).lean();
      return documents.map(({ _id }) => _id);
    },

    async remove(id) {
      await model.deleteOne({ _id: id });
    },
  };
}

function translate(error: unknown): unknown {
  return duplicateKeyField(error) === 'email' ? problem('email-taken', { cause: error }) : error;
}

function toUser({ _id, email, name, role, createdAt }: UserDocument): User {
  return { id: _id, email, name, role, createdAt: createdAt.toISOString() };
}
