/** A number from 0 up to, not including, 1 that depends on every character of `text` (FNV-1a with a finaliser). */
export function hashOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * How much `owner` prefers an item (rendezvous hashing): the item with the highest score is its own. Over many owners
 * items get shares in proportion to `weight`, and when one is taken away only its own owners move.
 */
export function rendezvousScore(owner: string, item: string, weight: number): number {
  return weight / -Math.log(hashOf(`${owner}\n${item}`) + Number.EPSILON);
}
