import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  authRoutes,
  conversationRoutes,
  generationIdSchema,
  generationRoutes,
  startedGenerationSchema,
} from '@parley/contracts';
import type { ConversationId, Message, StartedGeneration } from '@parley/contracts';
import { benchEndpoint, benchModel } from '../world/api-replica.ts';
import { words } from '../world/provider-script.ts';
import type { ProviderScript } from '../world/provider-script.ts';
import { describeError } from './describe-error.ts';

/** The one account of a world. */
export const benchCredentials = { email: 'ada@example.com', password: 'correct horse battery' };
const requestPatience = 20_000;
const startPatience = 45_000;

/** A turn that was accepted, and what its answer must be. */
export interface Turn {
  readonly script: ProviderScript;
  readonly expected: string;
  readonly started: StartedGeneration;
  /** Why the start had to be repeated with the same id, each time. */
  readonly refusals: readonly string[];
}

/** Creates the account of a new install; answers its access token. */
export async function createAccount(address: string): Promise<string> {
  const body = { ...benchCredentials, name: 'Ada Lovelace' };
  const response = await send(address, 'POST', authRoutes.register.path, { body });
  if (response.status !== 201) throw new Error(`No account: ${response.status} ${await response.text()}`);
  return authRoutes.register.response.parse(await response.json()).accessToken;
}

/** Signs the account in on one more device; answers that session's access token. */
export async function signIn(address: string): Promise<string> {
  const response = await send(address, 'POST', authRoutes.login.path, { body: benchCredentials });
  if (response.status !== 200) throw new Error(`Not signed in: ${response.status} ${await response.text()}`);
  return authRoutes.login.response.parse(await response.json()).accessToken;
}

/**
 * Asks what a script says, in a conversation of its own. As the client's outbox does, the same request is repeated with
 * the same id, at each address in turn, until it is accepted or refused for good.
 */
export async function beginTurn(
  addresses: readonly string[],
  token: string,
  script: ProviderScript,
  tools?: readonly string[],
): Promise<Turn> {
  const generationId = generationIdSchema.parse(randomUUID());
  const body = {
    generationId,
    parentMessageId: null,
    text: JSON.stringify(script),
    endpoint: benchEndpoint,
    model: benchModel,
    ...(tools === undefined ? {} : { tools }),
  };
  const path = generationRoutes.start.path.replace(':id', 'new');
  const deadline = performance.now() + startPatience;
  const refusals: string[] = [];
  for (;;) {
    const address = addresses[refusals.length % addresses.length] ?? '';
    const outcome = await trySend(() => send(address, 'POST', path, { body, token }));
    if (outcome instanceof Response && outcome.status === 202) {
      const started = startedGenerationSchema.parse(await outcome.json());
      return { script, expected: words(script.tokens), started, refusals };
    }
    const isFinal = outcome instanceof Response && outcome.status < 500 && outcome.status !== 429;
    const reason =
      outcome instanceof Response ? `${outcome.status} ${plain(await outcome.text())}` : describeError(outcome);
    if (isFinal || performance.now() > deadline) throw new Error(`The turn was not accepted: ${reason}`);
    refusals.push(reason);
    await delay(100);
  }
}

/** The answer as the message list has it; `undefined` when it cannot be had right now. */
export async function storedAnswer(
  address: string,
  token: string,
  started: StartedGeneration,
): Promise<Message | undefined> {
  const messages = await listMessages(address, token, started.conversationId);
  return messages?.find(({ id }) => id === started.responseMessageId);
}

async function listMessages(address: string, token: string, id: ConversationId): Promise<Message[] | undefined> {
  const path = conversationRoutes.messages.path.replace(':id', id);
  const response = await trySend(() => send(address, 'GET', path, { token }));
  if (!(response instanceof Response) || response.status !== 200) return undefined;
  return conversationRoutes.messages.response.parse(await response.json()).items;
}

interface Sent {
  readonly body?: object;
  readonly token?: string;
}

async function send(address: string, method: string, path: string, { body, token }: Sent): Promise<Response> {
  return await fetch(new URL(path, address), {
    method,
    headers: {
      Origin: address,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(requestPatience),
  });
}

/** A connection that breaks is an outcome here, not a mistake. */
async function trySend(request: () => Promise<Response>): Promise<Response | Error> {
  try {
    return await request();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A proxy answers with pages. */
function plain(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
