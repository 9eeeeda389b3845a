import { agentIdSchema, agentsEndpoint, startProgress } from '@parley/contracts';
import type { AgentRef, ConversationId, GenerationId, Message, Person, StartedGeneration } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { agentQuery } from '../../../lib/query/agent-queries.ts';
import { patchConversation, unlistConversation, upsertConversation } from '../../../lib/query/conversation-cache.ts';
import { conversationQuery, meQuery, messagesQuery } from '../../../lib/query/queries.ts';
import type { PendingTurn, Prompt } from './turn-store.ts';

/** Where a log begins (Durable Streams). */
const logStart = '-1';

/** Puts the two messages of an accepted turn into the message list, as the server will list them. */
export function seedTurn(
  client: QueryClient,
  turn: PendingTurn,
  started: StartedGeneration,
  all: readonly StartedGeneration[] = [started],
): void {
  const { conversationId, userMessageId, responseMessageId, generationId } = started;
  const { endpoint, model, text, files = [], quotes = [], compare } = turn.prompt;
  const { guidance, continues } = turn.again ?? {};
  const key = messagesQuery(conversationId).queryKey;
  const continued = continues === undefined ? undefined : client.getQueryData(key)?.find(({ id }) => id === continues);
  if (continues !== undefined && !continued) {
    // Where it begins is not known here.
    void client.invalidateQueries({ queryKey: key });
    return;
  }
  const shared = { conversationId, createdAt: turn.createdAt, ...authorOf(client, conversationId) };
  const question: Message = {
    ...shared,
    id: userMessageId,
    parentId: turn.parentMessageId,
    role: 'user',
    status: 'done',
    parts: [
      ...files.map((file) => ({ type: 'file' as const, file })),
      ...quotes.map((quote) => ({ type: 'quote' as const, ...quote })),
      { type: 'text', step: 0, text },
    ],
    ...(compare === undefined
      ? {}
      : { comparison: { blind: compare.blind, answers: all.map((its) => its.responseMessageId) } }),
  };
  const answer: Message = {
    ...shared,
    id: responseMessageId,
    parentId: userMessageId,
    role: 'assistant',
    status: 'running',
    parts: continued?.parts.filter(({ type }) => type !== 'error') ?? [],
    generationId,
    // The server draws who writes which answer of a blind comparison.
    ...(compare?.blind === true ? {} : { endpoint, model, ...withAgent(agentOf(client, turn.prompt, conversationId)) }),
    ...(guidance === undefined ? {} : { guidance }),
    ...(continues === undefined ? {} : { continues }),
    progress: startProgress(logStart),
  };
  client.setQueryData(key, (held = []) => {
    const known = new Set(held.map(({ id }) => id));
    const added = turn.again ? [answer] : [question, answer, ...answersBeside(answer, turn.prompt, all)];
    return [...held, ...added.filter(({ id }) => !known.has(id))];
  });
}

/** The answers that are compared with another one. */
function answersBeside(
  { endpoint: _endpoint, model: _model, agent: _agent, ...answer }: Message,
  { compare }: Prompt,
  all: readonly StartedGeneration[],
): Message[] {
  return (compare?.others ?? []).flatMap(({ generationId, endpoint, model }) => {
    const started = all.find((its) => its.generationId === generationId);
    const answerer = compare?.blind === true ? {} : { endpoint, model };
    return started ? [{ ...answer, id: started.responseMessageId, generationId, ...answerer }] : [];
  });
}

/** Who asks here, in a chat that somebody else owns; nobody is named in one's own. */
function authorOf(client: QueryClient, conversationId: ConversationId): { author?: Person } {
  const isOwn = client.getQueryData(conversationQuery(conversationId).queryKey)?.sharedBy === undefined;
  const me = client.getQueryData(meQuery.queryKey);
  return isOwn || !me ? {} : { author: { id: me.id, name: me.name } };
}

/** Puts a final message into the message list in the place of its running version. */
export function settleMessage(client: QueryClient, message: Message): void {
  client.setQueryData(messagesQuery(message.conversationId).queryKey, (held) =>
    held?.map((other) => (other.id === message.id ? message : other)),
  );
}

/** Tells whether the end of a generation has been read here. */
type IsFinished = (id: GenerationId) => boolean;

/** Moves a conversation to the top of the sidebar and marks it as running. One that is not cached is fetched. */
export async function markRunning(
  client: QueryClient,
  turn: PendingTurn,
  started: StartedGeneration,
  isFinished: IsFinished,
): Promise<void> {
  const { conversationId, generationId } = started;
  const held = client.getQueryData(conversationQuery(conversationId).queryKey);
  if (!held) return refreshConversation(client, conversationId, isFinished);
  const { endpoint, model, tools = [], settings, spec } = turn.prompt;
  const { agent: _agent, settings: _settings, spec: _spec, ...rest } = held;
  const running = {
    ...rest,
    endpoint,
    model,
    tools,
    ...(settings === undefined ? {} : { settings }),
    ...(spec === undefined ? {} : { spec }),
    ...withAgent(agentOf(client, turn.prompt, conversationId)),
    runningGenerationId: generationId,
    updatedAt: turn.createdAt,
  };
  if (held.archived) {
    patchConversation(client, conversationId, running);
  } else {
    unlistConversation(client, conversationId);
    upsertConversation(client, running);
  }
}

/**
 * Fetches one conversation and shows it as it is now, title included. The end of a run can be read before the server has
 * saved it, so what was read here wins.
 */
export async function refreshConversation(
  client: QueryClient,
  id: ConversationId,
  isFinished: IsFinished,
): Promise<void> {
  const query = conversationQuery(id);
  // A request that is under way may have been answered before what we want to know.
  await client.cancelQueries({ queryKey: query.queryKey, exact: true });
  const fetched = await client.fetchQuery({ ...query, staleTime: 0 });
  const { runningGenerationId } = fetched;
  const hasEnded = runningGenerationId !== null && isFinished(runningGenerationId);
  const conversation = hasEnded ? { ...fetched, runningGenerationId: null } : fetched;
  if (conversation.archived) patchConversation(client, id, conversation);
  else upsertConversation(client, conversation);
}

/** The agent that answers a prompt, in the version the server will choose, as far as this page knows it. */
function agentOf(client: QueryClient, prompt: Prompt, conversationId: ConversationId): AgentRef | undefined {
  const id = prompt.endpoint === agentsEndpoint ? agentIdSchema.safeParse(prompt.model).data : undefined;
  if (id === undefined) return undefined;
  const pinned = client.getQueryData(conversationQuery(conversationId).queryKey)?.agent;
  if (pinned?.id === id && prompt.agentVersion === undefined) return pinned;
  const agent = client.getQueryData(agentQuery(id).queryKey);
  return agent && { id, version: prompt.agentVersion ?? agent.version, name: agent.name };
}

function withAgent(agent: AgentRef | undefined): { agent?: AgentRef } {
  return agent === undefined ? {} : { agent };
}
