import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  incoming,
  never,
  newConversationId,
  newRunId,
  newUserId,
  openFileRooms,
  textOf,
  wrote,
} from './__fixtures__/file-rooms.ts';
import type { FileRooms } from './__fixtures__/file-rooms.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

let rooms: FileRooms;

beforeAll(async () => {
  rooms = await openFileRooms();
});

afterAll(() => rooms.close());

type Place = readonly [ReturnType<typeof newUserId>, ReturnType<typeof newConversationId>];

/** What a process was doing, what was there before, and what the workspace may hold when it has died. */
const deeds: readonly {
  readonly what: string;
  readonly prepare?: (files: WorkspaceFiles, place: Place) => Promise<void>;
  readonly run: (files: WorkspaceFiles, place: Place) => Promise<unknown>;
  readonly outcomes: readonly Readonly<Record<string, string>>[];
}[] = [
  {
    what: 'took in an upload',
    run: (files, place) => files.upload(...place, incoming('a', 'new'), never),
    outcomes: [{}, { a: 'new' }],
  },
  {
    what: 'took in an upload that replaces another',
    prepare: async (files, place) => void (await files.upload(...place, incoming('a', 'old'), never)),
    run: (files, place) => files.upload(...place, incoming('a', 'new'), never),
    outcomes: [{ a: 'old' }, { a: 'new' }],
  },
  {
    what: 'refused an upload',
    run: (files, place) => files.upload(...place, incoming('a', 1_001), never),
    outcomes: [{}],
  },
  {
    what: 'kept what a run wrote',
    prepare: async (files, place) => void (await files.upload(...place, incoming('a', 'old'), never)),
    run: (files, place) => files.keepRun(...place, wrote(newRunId(), { a: 'new', b: 'b' }), never),
    outcomes: [{ a: 'old' }, { a: 'new' }, { a: 'new', b: 'b' }],
  },
  {
    what: 'removed a file',
    prepare: async (files, place) => {
      await files.upload(...place, incoming('a', 'older'), never);
      await files.upload(...place, incoming('a', 'old'), never);
    },
    run: async (files, place) => {
      const [file] = await rooms.files.list(...place);
      if (file !== undefined) await files.remove(place[0], file.id);
    },
    outcomes: [{ a: 'old' }, {}],
  },
  {
    what: 'removed everything',
    prepare: async (files, place) => {
      for (const name of ['a', 'b']) await files.upload(...place, incoming(name, name), never);
    },
    run: (files, [, conversation]) => files.removeAll(conversation),
    outcomes: [{ a: 'a', b: 'b' }, { b: 'b' }, { a: 'a' }, {}],
  },
];

describe.each(deeds)('a process that $what', ({ prepare, run, outcomes }) => {
  it('may die at any line: nothing is half there, and nothing is left over', async () => {
    for (let lives = 0; ; lives += 1) {
      const place = [newUserId(), newConversationId()] as const;
      await prepare?.(rooms.files, place);
      const { isDead, ...parts } = rooms.dying(lives);
      await run(rooms.another({ parts }).files, place).catch(() => undefined);
      await rooms.another().sweep();

      const listed = await rooms.files.list(...place);
      const contents = await Promise.all(listed.map(async (file) => [file.name, await textOf(rooms.files, file)]));
      expect(outcomes).toContainEqual(Object.fromEntries(contents));
      const { used } = await rooms.files.room(...place);
      expect(used).toBe(listed.reduce((sum, { size }) => sum + size, 0));
      const known = await rooms.parts.records.listAll(place[1]);
      expect((await rooms.onDisk()).toSorted()).toEqual(known.map(({ content }) => content).toSorted());
      const [userId, conversationId] = place;
      expect(await rooms.parts.records.listLoose({ userId, conversationId })).toEqual([]);
      await rooms.files.removeAll(conversationId);
      if (!isDead()) return;
    }
  });
});
