import type { Tier } from '../../core/gateway-config.ts';
import { tierBands, tierOf } from './score-complexity.ts';
import type { Complexity } from './score-complexity.ts';

export interface TierPinSettings {
  readonly ttlMs: number;
  /** Points beyond the band's border that a score must lie for a session to leave its tier. */
  readonly driftMargin: number;
  /** A longer prompt is in the provider's cache already, and stays where it is. */
  readonly switchMaxTokens: number;
}

export const defaultTierPins: TierPinSettings = { ttlMs: 21_600_000, driftMargin: 5, switchMaxTokens: 20_000 };

export interface TierPins {
  /** The tier for a session's next request, by its pin and what the request looks like. Renews the pin. */
  tierOf(session: string | undefined, complexity: Complexity, promptTokens: number): { tier: Tier; isPinned: boolean };
}

const mostPins = 50_000;
const order: readonly Tier[] = ['simple', 'medium', 'complex', 'reasoning'];

/** Keeps a session at its tier, so that it does not hop between models with every message. Bounded in memory. */
export function createTierPins(settings: TierPinSettings, now: () => number): TierPins {
  const pins = new Map<string, { tier: Tier; until: number }>();

  function remember(session: string, tier: Tier): void {
    pins.delete(session);
    pins.set(session, { tier, until: now() + settings.ttlMs });
    const [oldest] = pins.keys();
    if (pins.size > mostPins && oldest !== undefined) pins.delete(oldest);
  }

  return {
    tierOf(session, complexity, promptTokens) {
      const fresh = complexity.tier;
      if (session === undefined) return { tier: fresh, isPinned: false };
      const pin = pins.get(session);
      const isHeld =
        pin !== undefined && pin.until > now() && staysAt(pin.tier, complexity.score, promptTokens, settings);
      const tier = isHeld ? pin.tier : fresh;
      remember(session, tier);
      return { tier, isPinned: isHeld && tier !== fresh };
    },
  };
}

function staysAt(tier: Tier, score: number, promptTokens: number, settings: TierPinSettings): boolean {
  if (tierOf(score) === tier) return true;
  if (promptTokens > settings.switchMaxTokens) return true;
  const below = order[order.indexOf(tier) - 1];
  const lowest = below === undefined ? 0 : tierBands[below] + 1;
  return score >= lowest - settings.driftMargin && score <= tierBands[tier] + settings.driftMargin;
}
