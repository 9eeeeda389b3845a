import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { generationRoutes, generationStateSchema, startedGenerationSchema } from '@parley/contracts';
import type { ConversationId, MessageId } from '@parley/contracts';
import { benchEndpoint, benchModel } from '../world/api-replica.ts';
import { newScript } from '../world/provider-script.ts';

/** Who asks, and where. */
export interface Asker {
  readonly address: string;
  readonly token: string;
}

const patienceMs = 30_000;

/**
 * Writes a chat of so many messages through the product's own routes, half of its answers rich, and answers its id.
 * Answers are of about 60 words.
 */
export async function seedChat(asker: Asker, messages: number): Promise<ConversationId> {
  let conversation: ConversationId | 'new' = 'new';
  let parent: MessageId | null = null;
  for (let turn = 0; turn < messages / 2; turn += 1) {
    const script = newScript({ tokens: 60, paceMs: 0, ...(turn % 2 === 0 ? { rich: true } : {}) });
    const started = await ask(asker, conversation, parent, JSON.stringify(script));
    conversation = started.conversationId;
    parent = started.responseMessageId;
    await untilDone(asker, started.generationId);
  }
  if (conversation === 'new') throw new Error('A chat has two messages at least.');
  return conversation;
}

/** Chats of one short turn each; several are begun at once. */
export async function seedChats(asker: Asker, count: number): Promise<void> {
  const width = 8;
  const lane = async (): Promise<void> => {
    for (let index = 0; index < count / width; index += 1) {
      const { generationId } = await ask(asker, 'new', null, JSON.stringify(newScript({ tokens: 2, paceMs: 0 })));
      await untilDone(asker, generationId);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}

async function ask(
  { address, token }: Asker,
  conversation: ConversationId | 'new',
  parentMessageId: MessageId | null,
  text: string,
) {
  const body = { generationId: randomUUID(), parentMessageId, text, endpoint: benchEndpoint, model: benchModel };
  const response = await fetch(new URL(generationRoutes.start.path.replace(':id', conversation), address), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, Origin: address },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patienceMs),
  });
  if (response.status !== 202)
    throw new Error(`The turn was not accepted: ${response.status} ${await response.text()}`);
  return startedGenerationSchema.parse(await response.json());
}

async function untilDone({ address, token }: Asker, id: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const response = await fetch(new URL(generationRoutes.state.path.replace(':id', id), address), {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(patienceMs),
    });
    const { status } = generationStateSchema.parse(await response.json());
    if (status === 'done') return;
    if (status !== 'running') throw new Error(`An answer of the chat ended as ${status}.`);
    await delay(5);
  }
  throw new Error('An answer of the chat did not end.');
}
