import type { Dispatcher } from 'undici';
import type { Codec } from '../core/codec.ts';
import type { ProviderStrategy } from '../core/provider-strategy.ts';
import type { ModelEvent, ServedBy } from '../core/model-event.ts';
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
      const { batches, served } = await openHttpAnswer(ports, {
        codec,
        target,
        upstream: codec.toUpstream(request, target),
        idempotencyKey: request.idempotencyKey,
        signal,
        resolvesWith: 'any',
      });
      for await (const batch of batches) {
        for (const event of batch) yield served === undefined ? event : withServed(event, served);
      }
    },
  };
}

function withServed(event: ModelEvent, served: ServedBy): ModelEvent {
  return event.type === 'answer-start' ? { ...event, served } : event;
}
