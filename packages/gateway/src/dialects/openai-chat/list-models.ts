import * as z from 'zod/mini';
import type { Dispatcher } from 'undici';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { callUpstream, readText } from '../../transport/upstream-call.ts';
import { isWebPage, parseJson, upstreamError, webPageError } from './upstream-error.ts';

const listSchema = z.object({ data: z.nullish(z.array(z.looseObject({ id: z.string() }))) });
const listLimit = 4 * 1024 * 1024;

/** The model names a provider of this dialect offers, in its order. Rejects with a `GatewayError`. */
export async function listChatModels(dispatcher: Dispatcher, target: Target, signal: AbortSignal): Promise<string[]> {
  const headers = { accept: 'application/json' };
  const answer = await callUpstream(dispatcher, { target, method: 'GET', path: '/models', headers }, signal);
  const text = await readText(answer, listLimit, 'refuse');
  if (answer.status !== 200) throw upstreamError({ status: answer.status, headers: answer.headers, text }, target);
  if (isWebPage(String(answer.headers['content-type'] ?? ''), text)) throw webPageError(answer, target);
  const parsed = listSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new GatewayError('upstream-error', {
      message: `${target.provider} sent a list of models that cannot be read.`,
    });
  }
  return (parsed.data.data ?? []).map((model) => model.id);
}
