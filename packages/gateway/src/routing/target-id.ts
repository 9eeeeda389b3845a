import type { Target } from '../core/provider-strategy.ts';

/** `provider/model`: what names a target in breakers, statistics, trail and metrics. */
export function targetIdOf(target: Target): string {
  return target.id ?? `${target.provider}/${target.model}`;
}
