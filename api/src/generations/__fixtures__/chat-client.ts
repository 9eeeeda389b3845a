import { randomUUID } from 'node:crypto';
import {
  commandIdSchema,
  conversationRoutes,
  conversationSchema,
  foldMessage,
  generationEventSchema,
  generationIdSchema,
  generationRoutes,
  generationStateSchema,
  isGap,
  messageSchema,
  problemDocumentSchema,
  startedGenerationSchema,
} from '@parley/contracts';
import type {
  AnswerBody,
  CommandId,
  Conversation,
  ConversationId,
  FileId,
  GenerationEvent,
  GenerationId,
  GenerationState,
  InputAnswer,
  Message,
  MessageId,
  ProblemDocument,
  RunningMessage,
  StartGenerationBody,
  StartedGeneration,
  ToolRef,
} from '@parley/contracts';
import { stream } from '@durable-streams/client';
import * as z from 'zod/mini';
import type { TestApp } from '../../test-app.ts';
import type { TestUser } from '../../test-client.ts';

/** The part of a test app that its clients need. */
export type Server = Pick<TestApp, 'url' | 'send'>;

interface Question {
  readonly text: string;
  readonly conversation?: ConversationId | 'new';
  readonly parent?: MessageId | null;
  readonly generationId?: GenerationId;
  readonly endpoint?: string;
  readonly model?: string;
  readonly tools?: ToolRef[];
  readonly files?: FileId[];
  readonly more?: Partial<
    Pick<StartGenerationBody, 'settings' | 'spec' | 'quotes' | 'temporary' | 'projectId' | 'agentVersion'>
  >;
}

export function newGenerationId(): GenerationId {
  return generationIdSchema.parse(randomUUID());
}

/** Sends a question; the raw answer. */
export async function ask(app: Server, user: TestUser, question: Question): Promise<Response> {
  const { text, conversation = 'new', parent = null, generationId = newGenerationId() } = question;
  const { endpoint = 'Scripted', model = 'scripted-1', tools, files, more } = question;
  const chosen = { ...(tools === undefined ? {} : { tools }), ...(files === undefined ? {} : { files }) };
  const choice = { endpoint, model, ...chosen };
  return await app.send(
    generationRoutes.start,
    { params: { id: conversation }, body: { generationId, parentMessageId: parent, text, ...choice, ...more } },
    user,
  );
}

/** Sends a question that is accepted. */
export async function start(app: Server, user: TestUser, question: Question): Promise<StartedGeneration> {
  const response = await ask(app, user, question);
  if (response.status !== 202) throw new Error(`Asking failed: ${response.status} ${await response.text()}`);
  return startedGenerationSchema.parse(await response.json());
}

/** Asks for another answer to the prompt of a turn; the raw answer. */
export async function askAgain(
  app: Server,
  user: TestUser,
  { conversationId, userMessageId }: Pick<StartedGeneration, 'conversationId' | 'userMessageId'>,
  change: Partial<AnswerBody> = {},
): Promise<Response> {
  const choice = { endpoint: 'Scripted', model: 'scripted-1' };
  const body = { generationId: newGenerationId(), userMessageId, ...choice, ...change };
  return await app.send(generationRoutes.answer, { params: { id: conversationId }, body }, user);
}

/** Asks for another answer, which is accepted. */
export async function startAgain(...asked: Parameters<typeof askAgain>): Promise<StartedGeneration> {
  const response = await askAgain(...asked);
  if (response.status !== 202) throw new Error(`Asking again failed: ${response.status} ${await response.text()}`);
  return startedGenerationSchema.parse(await response.json());
}

export async function stop(app: Server, user: TestUser, generationId: GenerationId): Promise<Response> {
  return await app.send(generationRoutes.stop, { params: { id: generationId } }, user);
}

/** Lets a prompt wait behind a generation; the raw answer. */
export async function queue(
  app: Server,
  user: TestUser,
  behind: GenerationId,
  { text, generationId = newGenerationId(), endpoint = 'Scripted', model = 'scripted-1', files, more }: Question,
): Promise<Response> {
  const body = { generationId, text, endpoint, model, ...(files === undefined ? {} : { files }), ...more };
  return await app.send(generationRoutes.queue, { params: { id: behind }, body }, user);
}

export async function unqueue(app: Server, user: TestUser, id: GenerationId, queuedId: GenerationId): Promise<Response> {
  return await app.send(generationRoutes.unqueue, { params: { id, queuedId } }, user);
}

/** Tells a running answer something; the raw answer. */
export async function steer(
  app: Server,
  user: TestUser,
  id: GenerationId,
  { text, commandId = newCommandId() }: { readonly text: string; readonly commandId?: CommandId },
): Promise<Response> {
  return await app.send(generationRoutes.steer, { params: { id }, body: { commandId, text } }, user);
}

/** Answers what a call waits for; the raw answer. */
export async function giveInput(
  app: Server,
  user: TestUser,
  id: GenerationId,
  callId: string,
  answer: InputAnswer,
  commandId = newCommandId(),
): Promise<Response> {
  return await app.send(generationRoutes.giveInput, { params: { id }, body: { commandId, callId, answer } }, user);
}

export async function stateOf(app: Server, user: TestUser, id: GenerationId): Promise<GenerationState> {
  const response = await app.send(generationRoutes.state, { params: { id } }, user);
  return generationStateSchema.parse(await response.json());
}

export function newCommandId(): CommandId {
  return commandIdSchema.parse(randomUUID());
}

export async function problemOf(response: Response): Promise<ProblemDocument> {
  return problemDocumentSchema.parse(await response.json());
}

export async function messagesOf(app: Server, user: TestUser, id: ConversationId): Promise<Message[]> {
  const response = await app.send(conversationRoutes.messages, { params: { id } }, user);
  return z.object({ items: z.array(messageSchema) }).parse(await response.json()).items;
}

export async function conversationOf(app: Server, user: TestUser, id: ConversationId): Promise<Conversation> {
  const response = await app.send(conversationRoutes.get, { params: { id } }, user);
  return conversationSchema.parse(await response.json());
}

/** The answer as the message list has it. */
export async function savedAnswer(app: Server, user: TestUser, started: StartedGeneration): Promise<Message> {
  const all = await messagesOf(app, user, started.conversationId);
  const found = all.filter(({ id }) => id === started.responseMessageId);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`The answer is there ${found.length} times.`);
  return found[0];
}

export interface Reading {
  readonly events: readonly GenerationEvent[];
  readonly offset: string;
  readonly isClosed: boolean;
}

interface ReadOptions {
  readonly live?: 'sse' | 'long-poll';
  readonly offset?: string;
  /** Ends the reading early, after the batch that made it true. */
  readonly until?: (events: readonly GenerationEvent[]) => boolean;
}

/** Reads a generation with the reference client of Durable Streams until its end, or as far as asked. */
export async function read(
  app: Server,
  user: TestUser,
  generationId: GenerationId,
  { live = 'sse', offset = '-1', until = () => false }: ReadOptions = {},
): Promise<Reading> {
  const events: GenerationEvent[] = [];
  const leave = new AbortController();
  const response = await stream({
    url: new URL(generationRoutes.stream.path.replace(':id', generationId), app.url).href,
    headers: { Authorization: `Bearer ${user.accessToken}` },
    offset,
    live,
    json: true,
    signal: leave.signal,
  });
  const reading = Promise.withResolvers<Reading>();
  let position = offset;
  response.subscribeJson(async ({ items, offset: next, streamClosed }) => {
    await Promise.resolve();
    events.push(...items.map((item) => generationEventSchema.parse(item)));
    position = next;
    if (streamClosed || until(events)) reading.resolve({ events, offset: position, isClosed: streamClosed });
  });
  response.closed.catch((error: unknown) => reading.reject(error));
  try {
    return await reading.promise;
  } finally {
    leave.abort();
  }
}

/** Folds events into a message as the client does; throws at a gap. */
export function fold(message: RunningMessage, events: readonly GenerationEvent[]): RunningMessage {
  return events.reduce((held, event) => {
    if (isGap(held, event)) throw new Error(`Events are missing before ${JSON.stringify(event)}`);
    return foldMessage(held, event);
  }, message);
}

/** The text of all text deltas so far. */
export function textSoFar(events: readonly GenerationEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}
