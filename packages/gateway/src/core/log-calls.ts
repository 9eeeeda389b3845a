import type { CallObserver } from './call-observer.ts';
import type { GatewayLog } from './gateway-log.ts';

const longestName = 100;

/** Writes one line for each call: who asked for what, who was tried, what it cost. Never a word of the conversation. */
export function logCalls(log: GatewayLog): CallObserver {
  return {
    began: () => undefined,
    ended({ id, model, isStream, scope, trail }, face, { error, usage, malformed, microUsd, ...outcome }) {
      const { durationMs, firstContentMs, upstreamMs, status } = outcome;
      // What is undefined is not written.
      const fields = {
        requestId: id,
        dialect: face,
        asked: model.length > longestName ? model.slice(0, longestName) : model,
        stream: isStream,
        provider: trail.served?.providerName,
        model: trail.served?.model,
        outcome: error?.code ?? 'done',
        status,
        durationMs: Math.round(durationMs),
        firstContentMs: firstContentMs === undefined ? undefined : Math.round(firstContentMs),
        overheadMs: Math.round((durationMs - upstreamMs) * 100) / 100,
        key: scope.key?.id,
        usage,
        microUsd,
        malformed,
        cache: trail.cache,
        attempts: trail.attempts.length > 1 || error ? trail.attempts : undefined,
        reasons: trail.reasons.length > 0 ? trail.reasons : undefined,
        dropped: trail.dropped.size > 0 ? [...trail.dropped] : undefined,
        err: error?.code === 'internal' ? error.cause : undefined,
      };
      if (error?.code === 'internal') log.error(fields, 'model call');
      else log.info(fields, 'model call');
    },
  };
}
