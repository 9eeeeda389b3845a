import { sendStream, startScriptedUpstream, streamOf } from '../../testing/scripted-upstream.ts';
import type { ScriptedUpstream } from '../../testing/scripted-upstream.ts';

/** What an upstream was asked, apart from lists of models. */
export interface Asked {
  readonly path: string;
  readonly key: string;
  readonly model: string;
  readonly body: Record<string, unknown>;
}

export interface CompatibleUpstream extends ScriptedUpstream {
  /** Without `/v1`. */
  readonly origin: string;
  asked(): readonly Asked[];
  /** From now on every question is answered with this status; 200 ends that. */
  fail(status: number, headers?: Record<string, string>): void;
  /** From now on questions are never answered. */
  hang(): void;
}

/** A well-behaved provider of chat completions and embeddings. */
export async function startCompatibleUpstream(
  text = 'Hello, world',
  models: readonly string[] = ['small', 'large'],
): Promise<CompatibleUpstream> {
  let failure: { readonly status: number; readonly headers: Record<string, string> } | undefined;
  let isHanging = false;
  const upstream = await startScriptedUpstream(({ request, response, body }) => {
    const url = request.url ?? '';
    if (isHanging && request.method === 'POST') return undefined;
    if (failure && request.method === 'POST') {
      response.writeHead(failure.status, { 'content-type': 'application/json', ...failure.headers });
      return response.end('{"error":{"message":"Upstream trouble."}}');
    }
    if (request.method === 'GET') {
      return response.end(JSON.stringify({ object: 'list', data: models.map((id) => ({ id })) }));
    }
    if (url.endsWith('/embeddings')) return response.end(embeddingOf(body));
    if (/"stream":\s*true/.test(body)) return sendStream(response, streamOf(...text.split(/(?<= )/)));
    response.writeHead(200, { 'content-type': 'application/json', 'x-secret-of-upstream': 'internal-7' });
    return response.end(completionOf(text));
  });
  return {
    ...upstream,
    origin: upstream.baseUrl.replace(/\/v1$/, ''),
    asked: () =>
      upstream.exchanges
        .filter(({ request }) => request.method === 'POST')
        .map(({ request, body }) => {
          const read = JSON.parse(body) as Record<string, unknown>;
          const key = (request.headers.authorization ?? '').replace('Bearer ', '');
          return { path: request.url ?? '', key, model: String(read['model']), body: read };
        }),
    hang() {
      isHanging = true;
    },
    fail(status, headers = {}) {
      failure = status === 200 ? undefined : { status, headers };
    },
  };
}

function completionOf(content: string): string {
  return JSON.stringify({
    id: 'chatcmpl-9',
    object: 'chat.completion',
    created: 1,
    model: 'up',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  });
}

function embeddingOf(body: string): string {
  const { model, input } = JSON.parse(body) as { model: string; input: string | string[] };
  const data = [input].flat().map((_, index) => ({ object: 'embedding', index, embedding: [0.25, -0.5] }));
  return JSON.stringify({ object: 'list', model, data, usage: { prompt_tokens: 4, total_tokens: 4 } });
}
