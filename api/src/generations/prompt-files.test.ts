import { codeRoutes, conversationRoutes } from '@parley/contracts';
import type { ConversationId, FileId } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { uploadFile } from '../files/__fixtures__/file-client.ts';
import type { TestUser } from '../test-client.ts';
import {
  ask,
  messagesOf,
  newGenerationId,
  problemOf,
  queue,
  savedAnswer,
  start,
  stateOf,
} from './__fixtures__/chat-client.ts';
import { startScriptedChat } from './__fixtures__/scripted-chat.ts';
import { promptFor } from './__fixtures__/scripted-upstream.ts';

let chat: Awaited<ReturnType<typeof startScriptedChat>>;
let user: TestUser;

beforeAll(async () => {
  chat = await startScriptedChat();
  user = await chat.app.register();
});

afterAll(() => chat.close());

async function workspace(conversationId: ConversationId): Promise<string[]> {
  const response = await chat.app.send(codeRoutes.files, { query: { conversationId } }, user);
  return codeRoutes.files.response.parse(await response.json()).items.map(({ name }) => name);
}

async function readStatus(id: FileId): Promise<number> {
  return (await chat.app.send(codeRoutes.readFile, { params: { id } }, user)).status;
}

const short = () => promptFor({ tokens: 2 });

describe('a prompt with files', () => {
  it('brings them into its message and into the workspace of its conversation', async () => {
    const csv = await uploadFile(chat.app, user, 'data.csv', 'x,y\n1,2\n');
    const text = short();
    const started = await start(chat.app, user, { text, files: [csv.id, csv.id] });
    const [asked] = await messagesOf(chat.app, user, started.conversationId);
    const { id, name, mimeType, size } = csv;
    expect(asked?.parts).toEqual([
      { type: 'file', file: { id, name, mimeType, size } },
      { type: 'text', step: 0, text },
    ]);
    expect(await workspace(started.conversationId)).toEqual(['data.csv']);
  });

  it('tells the model their names, in this turn and in those that follow', async () => {
    const csv = await uploadFile(chat.app, user, 'data.csv', 'x,y\n1,2\n');
    const text = short();
    const started = await start(chat.app, user, { text, files: [csv.id] });
    const note = 'Attached files, in /mnt/data: data.csv (text/csv, 8 bytes)';
    await vi.waitFor(() => expect(JSON.stringify(chat.upstream.requests.at(-1))).toContain(note));
    await vi.waitFor(async () => expect((await savedAnswer(chat.app, user, started)).status).toBe('done'));
    const next = short();
    await start(chat.app, user, {
      text: next,
      conversation: started.conversationId,
      parent: started.responseMessageId,
    });
    await vi.waitFor(() => {
      const call = JSON.stringify(chat.upstream.requests.at(-1));
      expect(call).toContain(JSON.stringify(next).slice(1, -1));
      expect(call).toContain(note);
    });
  });

  it('is the same request when it is repeated, and another one with other files', async () => {
    const [one, two] = [await uploadFile(chat.app, user, 'a.txt', 'a'), await uploadFile(chat.app, user, 'b.txt', 'b')];
    const question = { text: short(), generationId: newGenerationId(), files: [one.id] };
    const first = await start(chat.app, user, question);
    expect(await start(chat.app, user, question)).toEqual(first);
    for (const files of [[two.id], []]) {
      const response = await ask(chat.app, user, { ...question, files });
      expect([response.status, await problemOf(response)]).toMatchObject([409, { code: 'generation-id-taken' }]);
    }
  });

  it('is refused when a file is not there, somebody else’s, or of another conversation', async () => {
    const stranger = await chat.app.register();
    const theirs = await uploadFile(chat.app, stranger, 'theirs.txt', 'x');
    const mine = await uploadFile(chat.app, user, 'mine.txt', 'x');
    await start(chat.app, user, { text: short(), files: [mine.id] });
    const gone = await uploadFile(chat.app, user, 'gone.txt', 'x');
    await chat.app.send(codeRoutes.removeFile, { params: { id: gone.id } }, user);
    for (const file of [theirs, mine, gone]) {
      const response = await ask(chat.app, user, { text: short(), files: [file.id] });
      expect([response.status, await problemOf(response)]).toMatchObject([404, { code: 'file-not-found' }]);
    }
    expect((await chat.app.send(codeRoutes.readFile, { params: { id: theirs.id } }, stranger)).status).toBe(200);
  });

  it('may bring files of its own conversation again', async () => {
    const file = await uploadFile(chat.app, user, 'a.txt', 'a');
    const first = await start(chat.app, user, { text: short(), files: [file.id] });
    await vi.waitFor(async () => expect((await savedAnswer(chat.app, user, first)).status).toBe('done'));
    const edited = { text: short(), conversation: first.conversationId, parent: null, files: [file.id] };
    await start(chat.app, user, edited);
    expect(await workspace(first.conversationId)).toEqual(['a.txt']);
  });

  it('keeps them while it waits behind another answer, and brings them when its turn has come', async () => {
    const text = promptFor({ tokens: 4, holdAfter: 2 });
    const running = await start(chat.app, user, { text });
    const file = await uploadFile(chat.app, user, 'later.csv', 'x');
    const waiting = { text: short(), generationId: newGenerationId(), files: [file.id] };
    for (let time = 0; time < 2; time += 1) {
      expect((await queue(chat.app, user, running.generationId, waiting)).status).toBe(202);
    }
    expect((await stateOf(chat.app, user, running.generationId)).queue).toMatchObject([{ files: [file.id] }]);
    const other = await queue(chat.app, user, running.generationId, { ...waiting, files: [] });
    expect(other.status).toBe(409);
    chat.upstream.release(text);
    await vi.waitFor(
      async () => {
        const all = await messagesOf(chat.app, user, running.conversationId);
        expect(all.map(({ role, status }) => `${role} ${status}`)).toEqual([
          'user done',
          'assistant done',
          'user done',
          'assistant done',
        ]);
        expect(all[2]?.parts[0]).toMatchObject({ type: 'file', file: { id: file.id } });
      },
      { timeout: 10_000 },
    );
    expect(await workspace(running.conversationId)).toEqual(['later.csv']);
  });

  it('takes them along when its conversation is deleted', async () => {
    const file = await uploadFile(chat.app, user, 'a.txt', 'a');
    const { conversationId } = await start(chat.app, user, { text: short(), files: [file.id] });
    await chat.app.send(conversationRoutes.remove, { params: { id: conversationId } }, user);
    expect(await readStatus(file.id)).toBe(404);
  });
});
