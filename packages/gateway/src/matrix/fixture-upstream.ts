import { existsSync, readFileSync } from 'node:fs';
import type { Dialect } from '../core/model-request.ts';
import { startScriptedUpstream } from '../testing/scripted-upstream.ts';
import type { ScriptedUpstream } from '../testing/scripted-upstream.ts';

export const upstreamDialects = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'google-generative',
  'bedrock-converse',
  'ollama-chat',
] as const satisfies readonly Dialect[];
export type UpstreamDialect = (typeof upstreamDialects)[number];

/** How each dialect's recorded answers are kept and sent. */
const kinds: Readonly<Record<UpstreamDialect, { ending: string; contentType: string; base: string }>> = {
  'openai-chat': { ending: 'sse', contentType: 'text/event-stream', base: '/v1' },
  'openai-responses': { ending: 'sse', contentType: 'text/event-stream', base: '/v1' },
  'anthropic-messages': { ending: 'sse', contentType: 'text/event-stream', base: '/v1' },
  'google-generative': { ending: 'sse', contentType: 'text/event-stream', base: '/v1beta' },
  'bedrock-converse': { ending: 'bin', contentType: 'application/vnd.amazon.eventstream', base: '' },
  'ollama-chat': { ending: 'ndjson', contentType: 'application/x-ndjson', base: '' },
};

/** The bytes of a recorded answer, or undefined where the dialect has no place for that story. */
export function recordedAnswer(dialect: UpstreamDialect, story: string): Buffer | undefined {
  const file = new URL(`../dialects/${dialect}/__fixtures__/${story}.${kinds[dialect].ending}`, import.meta.url);
  return existsSync(file) ? readFileSync(file) : undefined;
}

export interface FixtureUpstream extends ScriptedUpstream {
  /** Base URL as an operator writes it for a provider of `dialect`. */
  baseOf(dialect: UpstreamDialect): string;
  /** The body of the last call, as text. */
  lastBody(): string;
}

/**
 * Answers any call with the recorded answer of the dialect in the path and the story that is the model's name, or that
 * `storyOf` finds for it. Bytes leave in pieces of `pieceLength`, so that no border of theirs is one of events.
 */
export async function startFixtureUpstream(
  pieceLength = 37,
  storyOf: (model: string, body: string) => string = (model) => model,
): Promise<FixtureUpstream> {
  const upstream = await startScriptedUpstream(({ request, response, body }) => {
    const url = request.url ?? '';
    const dialect = upstreamDialects.find((name) => url.startsWith(`/${name}/`)) ?? 'openai-chat';
    const inBody = /"model"\s*:\s*"([^"]+)"/.exec(body)?.[1];
    const inPath = /\/models?\/([\w-]+)/.exec(url.slice(dialect.length + 1))?.[1];
    const bytes = recordedAnswer(dialect, storyOf(inPath ?? inBody ?? '', body));
    if (bytes === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such story"}}');
      return;
    }
    response.writeHead(200, { 'content-type': kinds[dialect].contentType });
    for (let at = 0; at < bytes.length; at += pieceLength) response.write(bytes.subarray(at, at + pieceLength));
    response.end();
  });
  const origin = upstream.baseUrl.replace(/\/v1$/, '');
  return {
    ...upstream,
    baseOf: (dialect) => `${origin}/${dialect}${kinds[dialect].base}`,
    lastBody: () => upstream.exchanges.at(-1)?.body ?? '',
  };
}
