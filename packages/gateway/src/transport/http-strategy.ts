import type { Dispatcher } from 'undici';
import type { Codec } from '../core/codec.ts';
import type { ProviderStrategy } from '../core/provider-strategy.ts';
import { openHttpAnswer } from './http-answer.ts';
import { createUpstreamAddresses } from './upstream-addresses.ts';

export interface HttpStrategyOptions {
  readonly codec: Codec;
  readonly dispatcher: Dispatcher;
}

/** Speaks a codec's dialect over HTTP. Errors before the first event are thrown; later ones end it as `failure`. */
export function createHttpStrategy({ codec, dispatcher }: HttpStrategyOptions): ProviderStrategy {
  const ports = { dispatcher, addresses: createUpstreamAddresses() };
  return {
    dialect: codec.dialect,
    async *stream(request, target, signal) {
      const { batches } = await openHttpAnswer(ports, {
        codec,
        target,
        upstream: codec.toUpstream(request, target),
        idempotencyKey: request.idempotencyKey,
        signal,
        resolvesWith: 'any',
      });
      for await (const batch of batches) yield* batch;
    },
  };
}
