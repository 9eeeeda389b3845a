import { setTimeout as delay } from 'node:timers/promises';
import { problem } from '@parley/contracts';
import type { AccountHoldings, User, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import type { Actor } from '../access/actor.ts';
import type { AuthService } from '../auth/auth-service.ts';
import type { ConversationService } from '../conversations/conversation-service.ts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { RemovalRecord, RemovalRepository } from '../database/repositories/removal-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import type { OwnedThings } from './owned-things.ts';
import type { PersonalHolding } from './personal-holdings.ts';

/** Milliseconds in which a request that had begun before its account ended may still store something. */
const straggling = 10 * 60_000;
const interval = 60_000;
const stopGrace = 3_000;

/** The end of accounts, and of all chats of one. What a process does not live to finish is finished by the next one. */
export interface AccountRemoval {
  holdings(userId: UserId): Promise<AccountHoldings>;
  /** Takes all conversations away from somebody at once; returns how many. What was in them goes after that. */
  removeConversations(actor: Actor): Promise<number>;
  /**
   * Ends an account with its API keys and signs all its devices out; what is kept of it goes after that. Throws
   * `wrong-password`, and `last-admin` for the only admin.
   */
  removeAccount(actor: Actor, password: string): Promise<void>;
  /** Finishes every removal, also what came after it from requests that were under way. */
  finish(): Promise<void>;
  /** Finishes what an earlier process left, then looks every minute. Call it before the first request. */
  start(): Promise<void>;
  /** Leaves what is not finished within three seconds to the next process. */
  stop(): Promise<void>;
}

export interface AccountRemovalOptions {
  readonly users: Pick<UserRepository, 'find' | 'otherAdmins' | 'remove'>;
  readonly removals: RemovalRepository;
  readonly auth: Pick<AuthService, 'checkPassword'>;
  readonly conversations: Pick<ConversationService, 'markAllRemoved' | 'finishRemovals'>;
  readonly conversationCounts: Pick<ConversationRepository, 'count'>;
  readonly ownedThings: Pick<OwnedThings, 'countOwnedAlone'>;
  /** In the order in which they go; devices and API keys first. */
  readonly personalHoldings: readonly PersonalHolding[];
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createAccountRemoval(options: AccountRemovalOptions): AccountRemoval {
  const { users, removals, auth, conversations, ownedThings, personalHoldings, log, now } = options;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let line: Promise<void> = Promise.resolve();

  async function isOnlyAdmin({ id, role }: Pick<User, 'id' | 'role'>): Promise<boolean> {
    if (role !== 'ADMIN') return false;
    const others = await users.otherAdmins(id);
    const leaving = new Set(
      (await removals.list()).filter(({ what }) => what === 'account').map(({ userId }) => userId),
    );
    return others.every((other) => leaving.has(other));
  }

  /** Ends the account itself, unless nobody would be left to look after the install; two admins may leave at once. */
  async function close(removal: RemovalRecord): Promise<'closed' | 'kept'> {
    const user = await users.find(removal.userId);
    if (user === undefined) return 'closed';
    if (await isOnlyAdmin(user)) {
      await removals.end(removal);
      return 'kept';
    }
    await users.remove(user.id);
    return 'closed';
  }

  async function clear(removal: RemovalRecord): Promise<void> {
    for (const holding of personalHoldings) {
      if (isStopped) return;
      try {
        await holding.remove(removal);
      } catch (error) {
        log.error(
          { err: error, userId: removal.userId, what: holding.what },
          'What belonged to a deleted account could not be removed yet',
        );
        throw error;
      }
    }
  }

  async function finishOne(removal: RemovalRecord): Promise<void> {
    if (removal.what === 'chats') {
      await conversations.markAllRemoved(removal.userId, removal.at);
      await conversations.finishRemovals();
      await removals.end(removal);
      return;
    }
    if ((await close(removal)) === 'kept') return;
    await clear(removal);
    if (!isStopped && now() - removal.at.getTime() > straggling) await removals.end(removal);
  }

  async function finishAll(): Promise<void> {
    for (const removal of await removals.list()) {
      if (isStopped) return;
      try {
        await finishOne(removal);
      } catch (error) {
        log.error({ err: error, userId: removal.userId, what: removal.what }, 'A removal could not be finished yet');
      }
    }
  }

  /** One after the other: two at once would only do the same. */
  function finish(): Promise<void> {
    line = line.then(finishAll, finishAll);
    return line;
  }

  function finishSoon(): void {
    finish().catch((error: unknown) => log.error({ err: error }, 'Removals could not be finished yet'));
  }

  return {
    async holdings(userId) {
      const user = await users.find(userId);
      if (user === undefined) throw problem('not-authenticated');
      const [count, ownedAlone, isOnly] = await Promise.all([
        options.conversationCounts.count(userId),
        ownedThings.countOwnedAlone(userId),
        isOnlyAdmin(user),
      ]);
      return { conversations: count, ownedAlone, isOnlyAdmin: isOnly };
    },

    async removeConversations({ userId, role }) {
      const removal: RemovalRecord = { what: 'chats', userId, role, at: new Date(now()) };
      await removals.begin(removal);
      const removed = await conversations.markAllRemoved(userId, removal.at);
      finishSoon();
      return removed;
    },

    async removeAccount({ userId, role }, password) {
      const user = await users.find(userId);
      if (user === undefined) throw problem('not-authenticated');
      if ((await auth.checkPassword(user.email, password))?.id !== userId) throw problem('wrong-password');
      if (await isOnlyAdmin(user)) throw problem('last-admin');
      const removal: RemovalRecord = { what: 'account', userId, role, at: new Date(now()) };
      await removals.begin(removal);
      if ((await close(removal)) === 'kept') throw problem('last-admin');
      const [devices] = personalHoldings;
      await devices?.remove(removal);
      finishSoon();
    },

    finish,

    async start() {
      await finish();
      timer = setInterval(finishSoon, interval).unref();
    },

    async stop() {
      isStopped = true;
      clearInterval(timer);
      await Promise.race([line, delay(stopGrace, undefined, { ref: false })]);
    },
  };
}
