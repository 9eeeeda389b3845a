/**
 * The path of `method` (such as `/chat`) below `baseUrl`, which people give as the bare host, with `/api`, or with the
 * `/v1` of Ollama's OpenAI-compatible side: a step up leads from there to the native one.
 */
export function ollamaPath(baseUrl: string, method: string): string {
  if (baseUrl.endsWith('/api')) return method;
  return baseUrl.endsWith('/v1') ? `/../api${method}` : `/api${method}`;
}
