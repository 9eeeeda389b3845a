import type { KeyHeader, Target } from '../core/provider-strategy.ts';

/** The header that carries the key of `target`: where the target says, else in the dialect's own place. */
export function keyHeaders({ apiKey, keyHeader }: Target, own: KeyHeader): Record<string, string> {
  if (apiKey === undefined) return {};
  const header = keyHeader ?? own;
  return { [header]: header === 'authorization' ? `Bearer ${apiKey}` : apiKey };
}
