import type { Dispatcher } from 'undici';
import { GatewayError } from '../core/gateway-error.ts';
import type { Target } from '../core/provider-strategy.ts';
import type { Embedder } from './embedder.ts';
import { normalise } from './embedder.ts';
import { decodeFloats } from './float-base64.ts';
import { requestEmbeddings } from './request-embeddings.ts';

export interface HttpEmbedderOptions {
  /** `provider/model`. */
  readonly id: string;
  readonly target: () => Promise<Target>;
  readonly dispatcher: Dispatcher;
  /** Milliseconds for one answer. */
  readonly deadlineMs?: number;
}

/** An embedder at a configured target, of any dialect that has embeddings. */
export function createHttpEmbedder({ id, target, dispatcher, deadlineMs = 1000 }: HttpEmbedderOptions): Embedder {
  return {
    id,
    isLexical: false,
    async embed(texts, signal) {
      const at = await target();
      const fields = { model: at.model, input: texts, encoding_format: 'float' };
      const call = { model: at.model, texts, encoding: 'float', fields } as const;
      const { vectors } = await requestEmbeddings(
        dispatcher,
        at,
        call,
        AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
      );
      if (vectors.length !== texts.length) {
        throw new GatewayError('upstream-error', { message: `${at.provider} sent another number of embeddings.` });
      }
      return vectors.map((vector) =>
        normalise(Float32Array.from(typeof vector === 'string' ? decodeFloats(vector) : vector)),
      );
    },
  };
}
