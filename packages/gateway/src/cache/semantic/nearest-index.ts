import { cosine } from '../../embeddings/embedder.ts';
import type { Sketcher } from './sketch.ts';
import { countBits, sketchWords } from './sketch.ts';

export interface Neighbour<Item> {
  readonly item: Item;
  readonly similarity: number;
}

/** Finds what is near a vector among at most `maxEntries`; a new entry beyond them takes the place of the oldest. */
export interface NearestIndex<Item> {
  add(item: Item, vector: Float32Array): void;
  /** Up to 32, the nearest first: chosen by their sketches, ordered by their cosine. */
  nearest(vector: Float32Array): readonly Neighbour<Item>[];
  readonly size: number;
}

const reranked = 32;
const maxDistance = sketchWords * 32;

export function createNearestIndex<Item>(maxEntries: number, sketch: Sketcher): NearestIndex<Item> {
  const items: Item[] = [];
  const vectors: Float32Array[] = [];
  let sketches = new Uint32Array(64 * sketchWords);
  let distances = new Uint16Array(64);
  let next = 0;

  function grow(): void {
    const larger = new Uint32Array(sketches.length * 2);
    larger.set(sketches);
    sketches = larger;
    distances = new Uint16Array(distances.length * 2);
  }

  /** Fills `distances` and returns the greatest distance that still belongs to the nearest. */
  function measure(wanted: Uint32Array): number {
    const counts = new Uint32Array(maxDistance + 1);
    for (let entry = 0, at = 0; entry < items.length; entry += 1) {
      let distance = 0;
      for (let word = 0; word < sketchWords; word += 1, at += 1) {
        distance += countBits((sketches[at] ?? 0) ^ (wanted[word] ?? 0));
      }
      distances[entry] = distance;
      counts[distance] = (counts[distance] ?? 0) + 1;
    }
    let seen = 0;
    for (let distance = 0; distance <= maxDistance; distance += 1) {
      seen += counts[distance] ?? 0;
      if (seen >= reranked) return distance;
    }
    return maxDistance;
  }

  return {
    get size() {
      return items.length;
    },
    add(item, vector) {
      const place = next;
      next = (next + 1) % maxEntries;
      if ((place + 1) * sketchWords > sketches.length) grow();
      items[place] = item;
      vectors[place] = vector;
      sketches.set(sketch(vector), place * sketchWords);
    },
    nearest(vector) {
      const limit = measure(sketch(vector));
      const chosen: number[] = [];
      const ties: number[] = [];
      for (let entry = 0; entry < items.length; entry += 1) {
        const distance = distances[entry] ?? 0;
        if (distance < limit) chosen.push(entry);
        // Among equals the younger ones.
        else if (distance === limit) ties.push(entry);
      }
      chosen.push(...ties.slice(-Math.max(0, reranked - chosen.length)));
      const found: Neighbour<Item>[] = [];
      for (const entry of chosen.slice(0, reranked)) {
        const [item, known] = [items[entry], vectors[entry]];
        if (item !== undefined && known !== undefined) found.push({ item, similarity: cosine(vector, known) });
      }
      return found.toSorted((one, other) => other.similarity - one.similarity);
    },
  };
}
