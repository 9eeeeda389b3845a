import { generationIdSchema, projectIdSchema, toolResultIdSchema } from '@parley/contracts';
import type { FileRef, MessagePart } from '@parley/contracts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newConversationId, newUserId, openMessageRooms, text } from './__fixtures__/message-rooms.ts';
import type { MessageRooms, Talk } from './__fixtures__/message-rooms.ts';

let rooms: MessageRooms;
const never = new AbortController().signal;

beforeAll(async () => {
  rooms = await openMessageRooms();
});
afterAll(() => rooms.close());

function last({ ids }: Talk) {
  const id = ids.at(-1);
  if (id === undefined) throw new Error('There are no messages.');
  return id;
}

async function fork(talk: Talk, scope: 'path' | 'branches' | 'all' = 'all', to = newConversationId()) {
  const conversation = await rooms.forks.fork(talk.userId, talk.conversationId, {
    conversationId: to,
    messageId: last(talk),
    scope,
  });
  return { conversation, messages: await rooms.list({ userId: talk.userId, conversationId: to }) };
}

async function remove({ userId, conversationId }: Pick<Talk, 'userId' | 'conversationId'>): Promise<void> {
  await rooms.files.removeAll(conversationId);
  await rooms.results.removeAll(conversationId);
  await rooms.repositories.messages.removeAll(conversationId);
  await rooms.repositories.conversations.markDeleted(userId, conversationId, new Date());
  await rooms.repositories.conversations.remove(conversationId);
}

async function textOfFile(file: Pick<FileRef, 'id'>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of rooms.files.read(file, never)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function* contentOf(value: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(value));
}

async function upload(talk: Pick<Talk, 'userId' | 'conversationId'>, name: string, value: string) {
  const { userId, conversationId } = talk;
  return await rooms.files.upload(userId, conversationId, { name, content: contentOf(value) }, never);
}

const partOf = ({ id, name, mimeType, size }: FileRef): MessagePart => ({
  type: 'file',
  file: { id, name, mimeType, size },
});

describe('a fork', () => {
  it('has the words under new ids, in the same order, and knows where it is from', async () => {
    const talk = await rooms.talk(newUserId(), [{}, {}, {}, {}]);
    const { conversation, messages } = await fork(talk);
    const originals = await rooms.list(talk);
    expect(messages.map(({ parts, createdAt }) => ({ parts, createdAt }))).toEqual(
      originals.map(({ parts, createdAt }) => ({ parts, createdAt })),
    );
    expect(new Set([...messages, ...originals].map(({ id }) => id)).size).toBe(8);
    expect(messages.map(({ parentId }) => parentId)).toEqual([null, ...messages.slice(0, 3).map(({ id }) => id)]);
    expect(conversation).toMatchObject({
      title: 'A talk',
      runningGenerationId: null,
      unread: false,
      archived: false,
      forkedFrom: { conversationId: talk.conversationId, messageId: last(talk) },
    });
    expect(rooms.news).toContainEqual({ type: 'conversation-changed', conversation });
  });

  it('is the same when it is asked for again, at once or later', async () => {
    const talk = await rooms.talk(newUserId(), [{}, {}]);
    const to = newConversationId();
    const forks = await Promise.all(Array.from({ length: 5 }, () => fork(talk, 'all', to)));
    const later = await fork(talk, 'all', to);
    for (const { conversation, messages } of forks) {
      expect(conversation).toEqual(later.conversation);
      expect(messages).toEqual(later.messages);
    }
    expect(later.messages).toHaveLength(2);
  });

  it('stays what its owner has made of it when it is asked for again', async () => {
    const talk = await rooms.talk(newUserId(), [{}, {}]);
    const { conversation, messages } = await fork(talk);
    const [, answer] = messages;
    if (answer === undefined) throw new Error('It is not there.');
    const at = { userId: talk.userId, conversationId: conversation.id };
    await rooms.messages.remove({ ...at, messageId: answer.id });
    expect((await fork(talk, 'all', conversation.id)).messages).toHaveLength(1);
  });

  it('cannot take the id of another conversation, whosever it is', async () => {
    const talk = await rooms.talk(newUserId(), [{}, {}]);
    const own = await rooms.talk(talk.userId, [{}]);
    const others = await rooms.talk(newUserId(), [{}]);
    for (const taken of [own.conversationId, others.conversationId, talk.conversationId]) {
      await expect(fork(talk, 'all', taken)).rejects.toMatchObject({ code: 'conversation-id-taken' });
    }
  });

  it('is not made of what is somebody else’s, or not there', async () => {
    const talk = await rooms.talk(newUserId(), [{}, {}]);
    const wish = { conversationId: newConversationId(), messageId: last(talk), scope: 'all' } as const;
    await expect(rooms.forks.fork(newUserId(), talk.conversationId, wish)).rejects.toMatchObject({
      code: 'conversation-not-found',
    });
    const other = await rooms.talk(talk.userId, [{}]);
    await expect(rooms.forks.fork(talk.userId, other.conversationId, wish)).rejects.toMatchObject({
      code: 'message-not-found',
    });
  });

  it('leaves behind what was thought of an answer, and whose generation it was', async () => {
    const generationId = generationIdSchema.parse(randomUUID());
    const talk = await rooms.talk(newUserId(), [{}, { feedback: { rating: 'up' }, generationId, model: 'big' }]);
    const { messages } = await fork(talk);
    expect(messages[1]).toMatchObject({ model: 'big' });
    expect(messages[1]).not.toHaveProperty('feedback');
    expect(messages[1]).not.toHaveProperty('generationId');
  });

  it('has what is being written as an answer that was stopped there', async () => {
    const call: MessagePart = {
      type: 'tool-call',
      step: 0,
      callId: 'a',
      name: 'x',
      input: '{}',
      state: 'running',
      started: true,
    };
    const progress = { events: 1, offset: '1', attempt: 1, step: 0 };
    const talk = await rooms.talk(newUserId(), [{}, { status: 'running', progress, parts: [...text('So'), call] }]);
    const { messages } = await fork(talk);
    expect(messages[1]).toMatchObject({ status: 'stopped', finishReason: 'stopped' });
    expect(messages[1]).not.toHaveProperty('progress');
    expect(messages[1]?.parts).toMatchObject([{ text: 'So' }, { state: 'failed' }]);
  });

  it('is in no project that was deleted while it was made', async () => {
    const talk = await rooms.talk(newUserId(), [{}, {}]);
    const projectId = projectIdSchema.parse(randomUUID());
    await rooms.repositories.conversations.update(talk.userId, talk.conversationId, { projectId });
    const { conversation } = await fork(talk);
    expect(conversation).not.toHaveProperty('projectId');
    expect(await rooms.repositories.conversations.find(talk.userId, conversation.id)).not.toHaveProperty('projectId');
  });

  it('names its own messages where the original names its own', async () => {
    const talk = await rooms.talk(newUserId(), [{}, {}]);
    const [prompt, answer] = talk.ids;
    if (prompt === undefined || answer === undefined) throw new Error('It is not there.');
    const quoting = await rooms.talk(talk.userId, [{}, {}]);
    const [, quoted] = quoting.ids;
    if (quoted === undefined) throw new Error('It is not there.');
    const quote: MessagePart = { type: 'quote', text: 'Message 1', messageId: quoted };
    const elsewhere: MessagePart = { type: 'quote', text: 'Message 1', messageId: answer };
    const more = await rooms.talk(talk.userId, [], quoting.conversationId);
    expect(more.conversationId).toBe(quoting.conversationId);
    const [first] = await rooms.list(quoting);
    if (first === undefined) throw new Error('It is not there.');
    const added = { ...first, id: prompt, parentId: quoted, createdAt: '2026-02-01T00:00:00.000Z' };
    await rooms.repositories.messageTrees.remove(talk, [prompt]);
    await rooms.repositories.messageTrees.addAll(talk.userId, [
      { ...added, parts: [quote, elsewhere, ...text('Why?')] },
    ]);
    const { messages } = await fork({ ...quoting, ids: [...quoting.ids, prompt] });
    expect(messages[2]?.parts).toMatchObject([{ messageId: messages[1]?.id }, { messageId: answer }, {}]);
  });
});

describe('the files of a fork', () => {
  it('are its own, with the same content, and outlive the original', async () => {
    const userId = newUserId();
    const conversationId = newConversationId();
    const file = await upload({ userId, conversationId }, 'table.csv', 'a,b');
    const part = partOf(file);
    const talk = await rooms.talk(userId, [{ parts: [part, ...text('Read it')] }, {}], conversationId);
    const { conversation, messages } = await fork(talk);
    const [copied] = messages[0]?.parts ?? [];
    if (copied?.type !== 'file') throw new Error('The file is not there.');
    expect(copied.file.id).not.toBe(file.id);
    expect((await rooms.files.list(userId, conversation.id)).map(({ id, name }) => [id, name])).toEqual([
      [copied.file.id, 'table.csv'],
    ]);
    await remove(talk);
    expect(await textOfFile(copied.file)).toBe('a,b');
    await rooms.files.removeAll(conversation.id);
    await expect(textOfFile(copied.file)).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('lose their bytes with the last of them, whoever goes first', async () => {
    const userId = newUserId();
    const conversationId = newConversationId();
    const file = await upload({ userId, conversationId }, 'table.csv', 'a,b');
    const content = await rooms.repositories.fileRecords.contentOf(file.id);
    const part = partOf(file);
    const talk = await rooms.talk(userId, [{ parts: [part, ...text('Read it')] }], conversationId);
    const { conversation } = await fork(talk);
    await rooms.files.removeAll(conversation.id);
    expect(await textOfFile(file)).toBe('a,b');
    await rooms.files.remove(userId, file.id);
    expect(await rooms.repositories.fileRecords.hasContent(content ?? '')).toBe(false);
  });

  it('show in its workspace the newest of each name that was taken along', async () => {
    const userId = newUserId();
    const conversationId = newConversationId();
    const old = await upload({ userId, conversationId }, 'plot.png', 'old');
    const young = await upload({ userId, conversationId }, 'plot.png', 'young');
    const talk = await rooms.talk(userId, [{ parts: [partOf(old)] }, {}, { parts: [partOf(young)] }], conversationId);
    const early = { ...talk, ids: talk.ids.slice(0, 2) };
    const both = (await fork(talk)).conversation;
    const one = (await fork(early, 'path')).conversation;
    const shown = async (id: typeof conversationId) =>
      await Promise.all((await rooms.files.list(userId, id)).map(textOfFile));
    expect(await shown(both.id)).toEqual(['young']);
    expect(await shown(one.id)).toEqual(['old']);
  });
});

describe('the results of tools in a fork', () => {
  it('are its own and outlive the original', async () => {
    const userId = newUserId();
    const conversationId = newConversationId();
    const generationId = generationIdSchema.parse(randomUUID());
    const caller = { userId, conversationId, generationId, role: 'USER' as const };
    const attachment = { kind: 'image' as const, mimeType: 'image/png', title: 'Plot', bytes: Buffer.from('pixels') };
    const output = 'line\n'.repeat(20_000);
    const kept = await rooms.results.keep(caller, 'call', { output, failed: false, attachments: [attachment] });
    const call: MessagePart = {
      type: 'tool-call',
      step: 0,
      callId: 'call',
      name: 'x',
      input: '{}',
      state: 'done',
      ...kept,
      attachments: [...(kept.attachments ?? [])],
    };
    const talk = await rooms.talk(userId, [{}, { parts: [call, ...text('Done')] }], conversationId);
    const { messages } = await fork(talk);
    await remove(talk);
    const [copy] = messages[1]?.parts ?? [];
    if (copy?.type !== 'tool-call' || copy.stored === undefined) throw new Error('The call is not there.');
    const { stored, attachments = [] } = copy;
    expect(await rooms.results.text(userId, stored.id, 0, output.length)).toEqual({
      text: output,
      length: output.length,
    });
    expect(copy.output).toContain(stored.id);
    expect(copy.output).not.toContain(kept.stored?.id);
    const found = await rooms.results.find(userId, toolResultIdSchema.parse(attachments[0]?.id));
    expect(found).toMatchObject({ title: 'Plot', size: 6 });
  });
});

describe('a message that is deleted', () => {
  it('takes along what only it holds', async () => {
    const userId = newUserId();
    const conversationId = newConversationId();
    const shared = await upload({ userId, conversationId }, 'shared.csv', 'a');
    const own = await upload({ userId, conversationId }, 'own.csv', 'b');
    const generationId = generationIdSchema.parse(randomUUID());
    const caller = { userId, conversationId, generationId, role: 'USER' as const };
    const { output, stored } = await rooms.results.keep(caller, 'call', { output: 'x'.repeat(60_000), failed: false });
    if (stored === undefined) throw new Error('The text was too short to be kept.');
    const done = { input: '{}', state: 'done', output, stored } as const;
    const call: MessagePart = { type: 'tool-call', step: 0, callId: 'a', name: 'x', ...done };
    const talk = await rooms.talk(
      userId,
      [
        { parts: [partOf(shared), ...text('One')] },
        {},
        { parts: [partOf(shared), partOf(own), ...text('Two')] },
        { parts: [call], generationId },
      ],
      conversationId,
    );
    const [, , third] = talk.ids;
    if (third === undefined) throw new Error('It is not there.');
    await rooms.messages.remove({ userId, conversationId, messageId: third });
    expect((await rooms.files.list(userId, conversationId)).map(({ name }) => name)).toEqual(['shared.csv']);
    expect(await rooms.results.find(userId, stored.id)).toBeUndefined();
    expect(rooms.removedGenerations).toContain(generationId);
  });

  it('is found by none of its words any more', async () => {
    const talk = await rooms.talk(newUserId(), [{}, {}, {}, {}]);
    const { userId, conversationId } = talk;
    const { searchIndex } = rooms.repositories;
    const at = new Date();
    await searchIndex.put(talk.ids.map((id) => ({ id, messageId: id, userId, conversationId, at, words: ['word'] })));
    const [first, , third] = talk.ids;
    if (first === undefined || third === undefined) throw new Error('It is not there.');
    await rooms.messages.remove({ userId, conversationId, messageId: third });
    const found = await searchIndex.search(userId, { words: ['word'], limit: 10 });
    expect(found.map(({ id }) => id).toSorted()).toEqual(talk.ids.slice(0, 2).toSorted());
  });
});

describe('a conversation of 5,000 messages', () => {
  it('is listed, forked and deleted whole', { timeout: 120_000 }, async () => {
    const talk = await rooms.talk(
      newUserId(),
      Array.from({ length: 5_000 }, () => ({})),
    );
    expect(await rooms.list(talk)).toHaveLength(5_000);
    const { messages } = await fork(talk, 'path');
    expect(messages).toHaveLength(5_000);
    const [first] = talk.ids;
    if (first === undefined) throw new Error('It is not there.');
    await rooms.messages.remove({ ...talk, messageId: first });
    expect(await rooms.list(talk)).toEqual([]);
  });
});
