import { randomUUID } from 'node:crypto';
import { participantRoutes } from '@parley/contracts';
import type { Route } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { newGenerationId, read, start } from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import type { ScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import { promptFor } from '../generations/__fixtures__/scripted-upstream.ts';
import { allRoutes } from '../http/all-routes.ts';
import type { TestUser } from '../test-client.ts';
import { routeRoles } from './route-roles.ts';

let chat: ScriptedChat;
let people: Record<'owner' | 'guest' | 'removed' | 'stranger', TestUser>;

beforeAll(async () => {
  chat = await startScriptedChat();
  const { app } = chat;
  people = {
    owner: await app.register('Olga'),
    guest: await app.register('Gina'),
    removed: await app.register('Rudi'),
    stranger: await app.register('Sven'),
  };
});

afterAll(() => chat.close());

/** A shared chat with one turn; `removed` was in it for a while. */
async function openShared() {
  const { app } = chat;
  const turn = await start(app, people.owner, { text: promptFor({ tokens: 2 }) });
  await read(app, people.owner, turn.generationId);
  const params = (user: TestUser) => ({ params: { id: turn.conversationId, userId: user.user.id } });
  for (const user of [people.guest, people.removed]) {
    expect((await app.send(participantRoutes.invite, params(user), people.owner)).status).toBe(200);
  }
  expect((await app.send(participantRoutes.remove, params(people.removed), people.owner)).status).toBe(204);
  return turn;
}

type Turn = Awaited<ReturnType<typeof openShared>>;

/** What each of these routes is asked, so that its owner would succeed or be told what is wrong with that. */
function inputOf(route: Route, turn: Turn): { params: object; query: object; body?: object } {
  const isGeneration = route.path.startsWith('/api/generations');
  const params = {
    id: isGeneration ? turn.generationId : turn.conversationId,
    messageId: turn.userMessageId,
    // A guest may remove themselves alone.
    userId: (route.id === 'removeParticipant' ? people.guest : people.stranger).user.id,
    queuedId,
    place: turn.conversationId,
  };
  const answerer = { endpoint: 'Scripted', model: 'scripted-1' };
  const bodies: Record<string, object> = {
    updateConversation: { title: 'Mine now' },
    startGeneration: {
      generationId: newGenerationId(),
      parentMessageId: null,
      text: promptFor({ tokens: 2 }),
      ...answerer,
    },
    startComparison: {
      parentMessageId: null,
      text: 'x',
      blind: false,
      answers: [1, 2].map(() => ({ generationId: newGenerationId(), ...answerer })),
    },
    answerAgain: { generationId: newGenerationId(), userMessageId: turn.userMessageId, ...answerer },
    steerGeneration: { commandId: randomUUID(), text: 'x' },
    giveInput: { commandId: randomUUID(), callId: 'x', answer: { kind: 'deny' } },
    queuePrompt: { generationId: newGenerationId(), text: 'x', ...answerer },
    editMessage: { text: 'x' },
    rateMessage: { rating: 'up' },
    forkConversation: { conversationId: randomUUID(), messageId: turn.responseMessageId, scope: 'all' },
    chooseAnswer: { choice: 'tie' },
    saveDraft: { text: '' },
    runCode: { conversationId: turn.conversationId, lang: 'py', code: '1' },
    createShare: { conversationId: turn.conversationId, messageId: turn.responseMessageId, access: 'signed-in' },
  };
  const body = route.body === undefined ? {} : { body: bodies[route.id] ?? {} };
  return { params, query: route.id === 'listFiles' ? { conversationId: turn.conversationId } : {}, ...body };
}

const queuedId = newGenerationId();
/** They name a conversation to choose among what is the asker's own, or one that is to be theirs. */
const elsewhere = new Set(['listShares', 'copySharedChat']);
const isIntoOne = ({ id, path, query, body }: Route): boolean =>
  /^\/api\/(conversations|generations)\/:|\/:place$/.test(path) ||
  ([query, body].some(namesConversation) && !elsewhere.has(id));
const walked = allRoutes.filter(isIntoOne);

function namesConversation(schema: unknown): boolean {
  return schema instanceof z.ZodMiniObject && 'conversationId' in schema.shape;
}

it('has a role for every route that leads into one conversation', () => {
  expect(walked.filter(({ id }) => routeRoles[id] === undefined).map(({ id }) => id)).toEqual([]);
});

describe.each(walked.map((route) => ({ id: route.id, route })))('$id', ({ route }) => {
  it('is not there for strangers and for whoever was removed; guests may do it, or hear that only the owner may', async () => {
    const turn = await openShared();
    const send = async (as: TestUser) => {
      const response = await chat.app.send(route, inputOf(route, turn), as);
      const text = await response.text();
      return { status: response.status, text: text.replaceAll(/"requestId":"[^"]*"/g, '') };
    };
    const stranger = await send(people.stranger);
    expect(stranger).toMatchObject({ status: 404 });
    const removed = await send(people.removed);
    expect(removed).toEqual(stranger);
    const guest = await send(people.guest);
    const isOwners = guest.status === 403 && guest.text.includes('Only the owner of this chat may.');
    const isHidden = /(conversation|generation)-not-found/.test(guest.text);
    expect(routeRoles[route.id] === 'owner' ? isOwners : !isHidden && !isOwners).toBe(true);
  });
});
