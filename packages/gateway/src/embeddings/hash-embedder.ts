import type { Embedder } from './embedder.ts';
import { normalise } from './embedder.ts';

/** The name under which it can be asked over HTTP as well. */
export const hashEmbedderName = 'parley/hash-embedder';

const dimensions = 512;
const weights = { word: 1, pair: 0.6, piece: 0.35 };
/** Words that say little; they count a quarter. */
const faint = new Set(
  'a an the of in on at to for and or is are was were be been do does did i you me my your it this that these those what which how can could would should please tell with about there have has der die das ein eine ist sind und oder wie was ich mir le la les un une est et je que el los es y'.split(
    ' ',
  ),
);

/**
 * A vector of 512 numbers from the words of a text, pairs of neighbours and pieces of three characters, hashed into
 * place. Needs no model and no download, and knows nothing of meaning.
 */
export function hashEmbedding(text: string): Float32Array {
  const vector = new Float32Array(dimensions);
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}_+#]+/gu) ?? [];
  let previous = '';
  for (const word of words) {
    const share = faint.has(word) ? 0.25 : 1;
    add(vector, `w${word}`, weights.word * share);
    if (previous !== '') add(vector, `p${previous} ${word}`, weights.pair * (share + 0.25));
    const padded = `^${word}$`;
    const count = padded.length - 2;
    const weight = (weights.piece * share) / Math.sqrt(count);
    for (let at = 0; at < count; at += 1) add(vector, padded.slice(at, at + 3), weight);
    previous = word;
  }
  return normalise(vector);
}

export function createHashEmbedder(): Embedder {
  return {
    id: hashEmbedderName,
    isLexical: true,
    embed: async (texts) => texts.map(hashEmbedding),
  };
}

/** FNV-1a; its highest bit decides the sign, so that collisions cancel out on average. */
function add(vector: Float32Array, feature: string, weight: number): void {
  let hash = 0x811c9dc5;
  for (let index = 0; index < feature.length; index += 1) {
    hash = Math.imul(hash ^ feature.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 15;
  const place = hash & (dimensions - 1);
  vector[place] = (vector[place] ?? 0) + (hash < 0 ? -weight : weight);
}
