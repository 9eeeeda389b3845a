import type { Dispatcher } from 'undici';
import * as z from 'zod/mini';
import { GatewayError } from '../core/gateway-error.ts';
import type { Provider } from '../core/gateway-config.ts';
import { lenient } from '../core/lenient.ts';
import type { KeyHeader, Target } from '../core/provider-strategy.ts';
import { keyHeaders } from '../dialects/key-headers.ts';
import { ollamaPath } from '../dialects/ollama-chat/ollama-path.ts';
import { parseJson } from '../transport/parse-json.ts';
import { callUpstream, readText } from '../transport/upstream-call.ts';
import { isWebPage, upstreamError, webPageError } from '../transport/upstream-error.ts';

const listLimit = 4 * 1024 * 1024;
/** Listing is a side errand: it must not hold up the request that waits for it. */
const probeTimeouts = { connect: 1000, headers: 1000, content: 1000, idle: 1000 };
const listTimeouts = { connect: 3000, headers: 5000, content: 5000, idle: 5000 };

interface Listing {
  readonly path: string;
  readonly keyHeader: KeyHeader;
  readonly headers?: Readonly<Record<string, string>>;
  /** The names in the body; undefined when it is no list. */
  readonly read: (body: unknown) => string[] | undefined;
}

/**
 * The names of the models that `provider` offers, in its order; empty where its address has no list. Rejects with a
 * `GatewayError`, at the latest after seconds.
 */
export async function listProviderModels(
  dispatcher: Dispatcher,
  provider: Provider,
  signal: AbortSignal,
): Promise<string[]> {
  if (provider.dialect === 'guide') return ['guide'];
  if (provider.models) return [...provider.models];
  const listing = listingOf(provider);
  if (listing === undefined) return [];
  const { label, baseUrl, keys, keyHeader, headers, presence } = provider;
  const [apiKey] = keys;
  const target: Target = {
    provider: label,
    baseUrl,
    model: '',
    timeouts: presence === 'found' ? probeTimeouts : listTimeouts,
    ...(headers === undefined ? {} : { headers }),
  };
  const keyed = {
    ...target,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(keyHeader === undefined ? {} : { keyHeader }),
  };
  const asked = { accept: 'application/json', ...listing.headers, ...keyHeaders(keyed, listing.keyHeader) };
  const answer = await callUpstream(dispatcher, { target, method: 'GET', path: listing.path, headers: asked }, signal);
  const text = await readText(answer, listLimit, 'refuse');
  if (answer.status !== 200) throw upstreamError({ status: answer.status, headers: answer.headers, text }, keyed);
  if (isWebPage(String(answer.headers['content-type'] ?? ''), text)) throw webPageError(answer, target);
  const names = listing.read(parseJson(text));
  if (names) return [...new Set(names)];
  throw new GatewayError('upstream-error', { message: `${label} sent a list of models that cannot be read.` });
}

/** Deployments, endpoints and projects have paths of their own, and no list beside them. */
function listingOf({ dialect, baseUrl, quirks }: Provider): Listing | undefined {
  if (quirks?.path !== undefined) return undefined;
  switch (dialect) {
    case 'openai-chat':
    case 'openai-responses':
      return { path: '/models', keyHeader: 'authorization', read: readIds };
    case 'anthropic-messages':
      return {
        path: '/models?limit=1000',
        keyHeader: 'x-api-key',
        headers: { 'anthropic-version': '2023-06-01' },
        read: readIds,
      };
    case 'google-generative':
      return { path: '/models?pageSize=1000', keyHeader: 'x-goog-api-key', read: readGoogleNames };
    case 'ollama-chat':
      return { path: ollamaPath(baseUrl, '/tags'), keyHeader: 'authorization', read: readTags };
    case 'bedrock-converse':
    case 'guide':
      return undefined;
    default:
      return dialect satisfies never;
  }
}

const idsSchema = z.object({ data: z.nullish(z.array(z.object({ id: z.string() }))) });
const tagsSchema = z.object({ models: z.nullish(z.array(z.object({ name: z.string() }))) });
const googleSchema = z.object({
  models: z.nullish(z.array(z.object({ name: z.string(), supportedGenerationMethods: lenient(z.array(z.string())) }))),
});

function readIds(body: unknown): string[] | undefined {
  const parsed = idsSchema.safeParse(body);
  return parsed.success ? (parsed.data.data ?? []).map(({ id }) => id) : undefined;
}

function readTags(body: unknown): string[] | undefined {
  const parsed = tagsSchema.safeParse(body);
  return parsed.success ? (parsed.data.models ?? []).map(({ name }) => name) : undefined;
}

/** The list also holds models that only embed or paint. */
function readGoogleNames(body: unknown): string[] | undefined {
  const parsed = googleSchema.safeParse(body);
  if (!parsed.success) return undefined;
  return (parsed.data.models ?? [])
    .filter(({ supportedGenerationMethods: methods }) => !methods || methods.includes('generateContent'))
    .map(({ name }) => name.replace(/^models\//, ''));
}
