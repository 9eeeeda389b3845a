import { randomUUID } from 'node:crypto';
import { mostPrompts, problem, promptGroupIdSchema } from '@parley/contracts';
import type { AccessRole, PromptCard, PromptGroup, PromptGroupId, PromptVersion } from '@parley/contracts';
import { isAtLeast } from '../access/access-service.ts';
import type { Access, AccessSubject } from '../access/access-service.ts';
import type { PromptsConfig } from '../config/answerers-config.ts';
import type { PromptRecord, PromptRepository } from '../database/repositories/prompt-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';

/** Most versions that are listed. */
const mostVersions = 500;

/** A prompt with the text that is used. */
export interface PromptWithText {
  prompt: PromptGroup;
  text: string;
}

/**
 * The prompt library as those see it whom its prompts are shared with. What names a prompt throws `prompt-not-found` for
 * one that is not shared with the asker, and `forbidden` where the asker's role is too small or the operator has
 * switched it off.
 */
export interface PromptService {
  /** By name. */
  list(asker: AccessSubject): Promise<PromptGroup[]>;
  get(asker: AccessSubject, id: PromptGroupId): Promise<PromptWithText>;
  /** Throws `command-taken`. */
  create(asker: AccessSubject, prompt: PromptCard & { readonly text: string }): Promise<PromptWithText>;
  /** Throws `command-taken`. For editors. */
  update(asker: AccessSubject, id: PromptGroupId, card: PromptCard): Promise<PromptGroup>;
  /** For owners. Completes what an earlier removal has left. */
  remove(asker: AccessSubject, id: PromptGroupId): Promise<void>;
  /** Newest first. For editors. */
  versions(asker: AccessSubject, id: PromptGroupId): Promise<PromptVersion[]>;
  /** Throws `prompt-changed` when `baseVersion` is not the newest. For editors. */
  addVersion(
    asker: AccessSubject,
    id: PromptGroupId,
    next: { readonly baseVersion: number; readonly text: string; readonly production: boolean },
  ): Promise<PromptGroup>;
  /** For editors. */
  setProduction(asker: AccessSubject, id: PromptGroupId, version: number): Promise<PromptGroup>;
  countUse(asker: AccessSubject, id: PromptGroupId): Promise<void>;
}

interface PromptServiceOptions {
  readonly prompts: PromptRepository;
  readonly access: Pick<Access, 'roleOf' | 'idsFor' | 'own' | 'removeAll'>;
  readonly users: Pick<UserRepository, 'findMany'>;
  readonly rules: PromptsConfig;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createPromptService({ prompts, access, users, rules, now }: PromptServiceOptions): PromptService {
  function checkUse(): void {
    if (!rules.use) throw problem('forbidden', { detail: 'The prompt library is switched off here.' });
  }

  async function check(asker: AccessSubject, id: PromptGroupId, needed: AccessRole): Promise<AccessRole> {
    checkUse();
    const role = await access.roleOf(asker, 'prompt-group', id);
    if (role === undefined) throw problem('prompt-not-found');
    if (isAtLeast(role, needed)) return role;
    throw problem('forbidden', { detail: `Only ${needed}s of this prompt may do this.` });
  }

  function checkMaker({ role }: AccessSubject): void {
    checkUse();
    if (rules.create || role === 'ADMIN') return;
    throw problem('forbidden', { detail: 'Only admins make and change prompts here.' });
  }

  async function open(asker: AccessSubject, id: PromptGroupId, needed: AccessRole) {
    const role = await check(asker, id, needed);
    const record = await prompts.find(id);
    if (record === undefined) throw problem('prompt-not-found');
    return { role, record };
  }

  async function shown(record: PromptRecord, role: AccessRole): Promise<PromptGroup> {
    const [one] = await viewed([record], () => role);
    if (one === undefined) throw problem('prompt-not-found');
    return one;
  }

  async function viewed(
    records: readonly PromptRecord[],
    roleOf: (id: string) => AccessRole | undefined,
  ): Promise<PromptGroup[]> {
    const people = await users.findMany(records.map(({ authorId }) => authorId));
    return records.flatMap(({ authorId, createdAt, updatedAt, ...card }) => {
      const myRole = roleOf(card.id);
      if (myRole === undefined) return [];
      const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
      return [{ ...card, ...times, myRole, authorName: people.get(authorId)?.name ?? '' }];
    });
  }

  return {
    async list(asker) {
      if (!rules.use) return [];
      const roles = await access.idsFor(asker, 'prompt-group');
      return await viewed(await prompts.list([...roles.keys()], mostPrompts), (id) => roles.get(id));
    },

    async get(asker, id) {
      const { role, record } = await open(asker, id, 'viewer');
      const found = await prompts.findVersion(id, record.production);
      if (found === undefined) throw problem('prompt-not-found');
      return { prompt: await shown(record, role), text: found.text };
    },

    async create(asker, { text, ...card }) {
      checkMaker(asker);
      const id = promptGroupIdSchema.parse(randomUUID());
      const createdAt = new Date(now());
      const authorId = asker.userId;
      const times = { authorId, createdAt, updatedAt: createdAt };
      const record = { ...card, id, production: 1, newest: 1, uses: 0, ...times };
      await prompts.addVersion({ promptId: id, version: 1, text, authorId, createdAt });
      await access.own(authorId, 'prompt-group', id);
      if (!(await prompts.add(record))) {
        await prompts.remove(id);
        await access.removeAll('prompt-group', id);
        throw problem('command-taken');
      }
      return { prompt: await shown(record, 'owner'), text };
    },

    async update(asker, id, card) {
      const role = await check(asker, id, 'editor');
      checkMaker(asker);
      const changed = await prompts.change(id, card, new Date(now()));
      if (changed === 'missing') throw problem('prompt-not-found');
      if (changed === 'command-taken') throw problem('command-taken');
      return await shown(changed, role);
    },

    async remove(asker, id) {
      await check(asker, id, 'owner');
      // The grants go last: with them its owner can ask again for what a crash has left undone.
      await prompts.remove(id);
      await access.removeAll('prompt-group', id);
    },

    async versions(asker, id) {
      const { record } = await open(asker, id, 'editor');
      const all = await prompts.versions(id, mostVersions);
      const people = await users.findMany(all.map(({ authorId }) => authorId));
      // One above the newest was begun and never finished: nobody has been told of it.
      return all
        .filter(({ version }) => version <= record.newest)
        .map(({ version, text, authorId, createdAt }) => ({
          version,
          text,
          authorName: people.get(authorId)?.name ?? '',
          createdAt: createdAt.toISOString(),
        }));
    },

    async addVersion(asker, id, { baseVersion, text, production }) {
      const { role, record } = await open(asker, id, 'editor');
      checkMaker(asker);
      if (record.newest !== baseVersion) throw problem('prompt-changed');
      const at = new Date(now());
      const version = { promptId: id, version: baseVersion + 1, text, authorId: asker.userId, createdAt: at };
      if (!(await prompts.addVersion(version))) {
        // Somebody was faster, or was stopped before the prompt moved on: then it does now, with that text.
        await prompts.moveOn(id, baseVersion, false, at);
        throw problem('prompt-changed');
      }
      const moved = await prompts.moveOn(id, baseVersion, production, at);
      if (moved === undefined) throw problem('prompt-changed');
      return await shown(moved, role);
    },

    async setProduction(asker, id, version) {
      const role = await check(asker, id, 'editor');
      checkMaker(asker);
      const changed = await prompts.setProduction(id, version, new Date(now()));
      if (changed === undefined) throw problem('prompt-not-found', { detail: `It has no version ${version}.` });
      return await shown(changed, role);
    },

    async countUse(asker, id) {
      await check(asker, id, 'viewer');
      await prompts.countUse(id);
    },
  };
}
