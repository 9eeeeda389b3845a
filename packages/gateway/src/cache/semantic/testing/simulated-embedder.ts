import type { Embedder } from '../../../embeddings/embedder.ts';
import { normalise } from '../../../embeddings/embedder.ts';
import { createRandom } from './semantic-workload.ts';

const dimensions = 384;

export interface Meaning {
  /** `subject number` and what else tells it from others of its subject. */
  readonly intent: string;
  /** Answers hold more words than questions, so there is less doubt what they say. */
  readonly kind: 'question' | 'answer';
}

/**
 * Stands in for a good embedder that cannot be had here. Synthetic: it is told what each text means, and places it near
 * others of its subject and a little nearer to those of the same intent, with noise, so that right and wrong neighbours
 * overlap: about 0.75 to 0.97 for the same intent, 0.65 to 0.93 for another of the same subject.
 */
export function createSimulatedEmbedder(meaningOf: (text: string) => Meaning | undefined): Embedder {
  return {
    id: 'simulated',
    isLexical: false,
    embed: async (texts) =>
      texts.map((text) => {
        const { intent, kind } = meaningOf(text) ?? { intent: text, kind: 'question' };
        const subject = intent.replace(/^(\w+ \d+).*/, '$1');
        const noise = kind === 'answer' ? 0.2 : 0.15 + 0.35 * createRandom(seedOf(`amount ${text}`))();
        return mix([direction(subject), 0.85], [direction(intent), 0.35], [direction(`text ${text}`), noise]);
      }),
  };
}

function mix(...parts: readonly (readonly [Float32Array, number])[]): Float32Array {
  const sum = new Float32Array(dimensions);
  for (const [vector, weight] of parts) {
    for (let index = 0; index < dimensions; index += 1) sum[index] = (sum[index] ?? 0) + weight * (vector[index] ?? 0);
  }
  return normalise(sum);
}

function direction(name: string): Float32Array {
  const random = createRandom(seedOf(name));
  return normalise(Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5));
}

function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
