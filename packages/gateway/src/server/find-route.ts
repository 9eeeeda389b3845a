import type { CallPath, ClientDialect } from '../core/face.ts';

/** What a path asks for. */
export interface FoundRoute {
  /** Without version; `/models/` and `/streams/` stand for all below them. */
  readonly name: string;
  /** What follows the name, decoded. */
  readonly rest: string;
  readonly path: CallPath;
}

const nothing: CallPath = {};
const below = ['/models/', '/streams/', '/providers/'] as const;
const recordingAliases = '/chat/completions/';
/** Some clients leave `models/` out where the model's name holds a slash. */
const generate = /^\/(?:models\/)?(.+):(generateContent|streamGenerateContent|countTokens)$/;

/** The route of a URL, with and without `/v1` or Google's `/v1beta`. */
export function findRoute(url: string): FoundRoute {
  const path = url
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/^\/v1(?:beta)?(?=\/|$)/, '');
  const google = generate.exec(path);
  if (google) {
    const [, model = '', method = ''] = google;
    const isStreamed = method === 'streamGenerateContent';
    // Without `alt=sse`, Google sends a stream as one JSON list.
    const isStream = isStreamed && /[?&]alt=sse(?:&|$)/.test(url);
    const list = isStreamed && !isStream ? { isList: true } : {};
    const name = method === 'countTokens' ? ':countTokens' : ':generateContent';
    return { name, rest: '', path: { model: decoded(model), isStream, ...list } };
  }
  if (path.startsWith(recordingAliases)) {
    return { name: '/streams/', rest: decoded(path.slice(recordingAliases.length)), path: nothing };
  }
  for (const name of below) {
    if (path.startsWith(name)) return { name, rest: decoded(path.slice(name.length)), path: nothing };
  }
  return { name: path === '' ? '/' : path, rest: '', path: nothing };
}

const dialectOfRoute: Readonly<Record<string, ClientDialect>> = {
  '/chat/completions': 'openai-chat',
  '/embeddings': 'openai-chat',
  '/responses': 'openai-responses',
  '/messages': 'anthropic-messages',
  '/messages/count_tokens': 'anthropic-messages',
  ':generateContent': 'google-generative',
  ':countTokens': 'google-generative',
};

/** In which dialect a client wants to be answered: the route's own, or what its headers give away. */
export function dialectOf(
  name: string,
  url: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): ClientDialect {
  const own = dialectOfRoute[name];
  if (own !== undefined) return own;
  if (headers['anthropic-version'] !== undefined) return 'anthropic-messages';
  if (url.startsWith('/v1beta') || headers['x-goog-api-key'] !== undefined) return 'google-generative';
  return 'openai-chat';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
