import type { Dispatcher } from 'undici';
import * as z from 'zod/mini';
import { GatewayError } from '../core/gateway-error.ts';
import { lenient } from '../core/lenient.ts';
import type { Target } from '../core/provider-strategy.ts';
import { keyHeaders } from '../dialects/key-headers.ts';
import { readGoogleError } from '../dialects/google-generative/google-error.ts';
import { ollamaPath } from '../dialects/ollama-chat/ollama-path.ts';
import { parseJson } from '../transport/parse-json.ts';
import { callUpstream, readText } from '../transport/upstream-call.ts';
import { upstreamError } from '../transport/upstream-error.ts';
import type { EmbeddingsCall } from './embeddings-call.ts';

export interface UpstreamEmbeddings {
  /** In the order of the inputs; base64 where the upstream chose to send that. */
  readonly vectors: readonly (readonly number[] | string)[];
  /** As the provider counts; undefined when it does not say. */
  readonly tokens: number | undefined;
  /** The answer as it came, where it has OpenAI's shape already. */
  readonly openai?: string;
}

const vectorSchema = z.union([z.array(z.number()), z.string()]);
const openAiSchema = z.object({
  data: z.array(z.object({ index: lenient(z.number()), embedding: vectorSchema })),
  usage: lenient(z.object({ prompt_tokens: lenient(z.number()) })),
});
const ollamaSchema = z.object({ embeddings: z.array(z.array(z.number())), prompt_eval_count: lenient(z.number()) });
const googleSchema = z.object({
  embeddings: z.array(z.object({ values: z.array(z.number()) })),
  usageMetadata: lenient(z.object({ promptTokenCount: lenient(z.number()) })),
});

const answerLimit = 64 * 1024 * 1024;
const errorLimit = 256 * 1024;

/** Asks one target for embeddings in its own dialect. Rejects with the `GatewayError` of whatever goes wrong. */
export async function requestEmbeddings(
  dispatcher: Dispatcher,
  target: Target,
  call: EmbeddingsCall,
  signal: AbortSignal,
): Promise<UpstreamEmbeddings> {
  const dialect = target.dialect ?? 'openai-chat';
  switch (dialect) {
    case 'openai-chat':
    case 'openai-responses':
      return fromOpenAi(
        await ask({ dispatcher, target, signal }, pathAtOpenAi(target), bodyForOpenAi(call, target)),
        target,
      );
    case 'ollama-chat': {
      const body = { model: target.model, input: textsOf(call, target), ...dimensionsOf(call, 'dimensions') };
      return fromOllama(await ask({ dispatcher, target, signal }, ollamaPath(target.baseUrl, '/embed'), body), target);
    }
    case 'google-generative': {
      const model = target.model.startsWith('models/') ? target.model : `models/${target.model}`;
      const requests = textsOf(call, target).map((text) => ({
        model,
        content: { parts: [{ text }] },
        ...dimensionsOf(call, 'outputDimensionality'),
      }));
      return fromGoogle(
        await ask({ dispatcher, target, signal }, `/${model}:batchEmbedContents`, { requests }),
        target,
      );
    }
    default:
      throw new GatewayError('bad-request', {
        message: `${target.provider} offers no embeddings here.`,
        param: 'model',
      });
  }
}

interface Asking {
  readonly dispatcher: Dispatcher;
  readonly target: Target;
  readonly signal: AbortSignal;
}

async function ask({ dispatcher, target, signal }: Asking, path: string, body: object): Promise<string> {
  // Where the key goes is the dialect's business; the call itself knows bearer tokens only.
  const { provider, baseUrl, model, timeouts, headers: others = {} } = target;
  const own = target.dialect === 'google-generative' ? 'x-goog-api-key' : 'authorization';
  const answer = await callUpstream(
    dispatcher,
    {
      target: { provider, baseUrl, model, timeouts, headers: others },
      method: 'POST',
      path,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', accept: 'application/json', ...keyHeaders(target, own) },
    },
    signal,
  );
  if (answer.status === 200) return readText(answer, answerLimit, 'refuse');
  const { status, headers } = answer;
  const refused = { status, headers, text: await readText(answer, errorLimit, 'cut') };
  const known = target.dialect === 'google-generative' ? readGoogleError(parseJson(refused.text), target) : undefined;
  throw upstreamError(refused, target, known);
}

/** A path of the provider's own names its chat completions, or a model of any kind. */
function pathAtOpenAi({ quirks, model }: Target): string {
  const path = quirks?.path?.replace('/chat/completions', '/embeddings').replace('/responses', '/embeddings');
  return path?.replaceAll('{model}', encodeURIComponent(model)) ?? '/embeddings';
}

function bodyForOpenAi({ fields }: EmbeddingsCall, { model }: Target): object {
  return { ...fields, model };
}

function dimensionsOf({ dimensions }: EmbeddingsCall, name: string): Readonly<Record<string, number>> {
  return dimensions === undefined ? {} : { [name]: dimensions };
}

function textsOf({ texts }: EmbeddingsCall, { provider }: Target): readonly string[] {
  if (texts !== undefined) return texts;
  throw new GatewayError('bad-request', { message: `${provider} takes texts, no tokens.`, param: 'input' });
}

function fromOpenAi(text: string, target: Target): UpstreamEmbeddings {
  const { data, usage } = read(openAiSchema, text, target);
  const vectors = data
    .toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0))
    .map(({ embedding }) => embedding);
  return { vectors, tokens: usage?.prompt_tokens ?? undefined, openai: text };
}

function fromOllama(text: string, target: Target): UpstreamEmbeddings {
  const { embeddings, prompt_eval_count: tokens } = read(ollamaSchema, text, target);
  return { vectors: embeddings, tokens: tokens ?? undefined };
}

function fromGoogle(text: string, target: Target): UpstreamEmbeddings {
  const { embeddings, usageMetadata } = read(googleSchema, text, target);
  return { vectors: embeddings.map(({ values }) => values), tokens: usageMetadata?.promptTokenCount ?? undefined };
}

function read<T extends z.core.$ZodType>(schema: T, text: string, { provider }: Target): z.core.output<T> {
  const parsed = z.safeParse(schema, parseJson(text));
  if (parsed.success) return parsed.data;
  throw new GatewayError('upstream-error', { message: `${provider} sent no embeddings that can be read.` });
}
