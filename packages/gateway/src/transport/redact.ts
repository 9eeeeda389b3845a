const keyLike = /\b(?:sk|pk|rk|gsk|xai|key)-[\w-]{8,}|\bBearer\s+\S+/g;
/** Placeholders such as `ollama` stand where no key is needed; they are words, and nothing to hide. */
const shortestSecret = 8;
const stackTrace = /\s*(?:\n\s+at |Traceback \(most recent call last\))[\s\S]*/;
/** Addresses and names that mean something inside the provider's network, or ours, only. */
const internalAddress =
  /\b(?:[a-z]+:\/\/)?(?:localhost|127(?:\.\d{1,3}){3}|10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|[\w.-]+\.(?:internal|local|svc))\b(?::\d+)?(?:\/[^\s"')]*)?/gi;
const longestMessage = 800;

/**
 * `message` on one line and of bounded length, without `secrets`, anything that looks like a key, addresses of inner
 * networks and stack traces.
 */
export function redact(message: string, secrets: readonly string[]): string {
  let clean = message.replace(stackTrace, '');
  for (const secret of secrets) if (secret.length >= shortestSecret) clean = clean.replaceAll(secret, '[redacted]');
  clean = clean.replaceAll(keyLike, '[redacted]').replaceAll(internalAddress, '[internal address]');
  clean = clean.replaceAll(/\s+/g, ' ').trim();
  return clean.length > longestMessage ? `${clean.slice(0, longestMessage)}…` : clean;
}
