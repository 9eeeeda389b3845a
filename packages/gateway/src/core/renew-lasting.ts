import type { GatewayConfig } from './gateway-config.ts';
import type { Lasting } from './snapshot.ts';

/** How the parts are made that live as long as the settings they were made for. */
export interface LastingMakers {
  guide(config: GatewayConfig): Lasting['guide'];
  semantic(config: GatewayConfig): Lasting['semantic'];
  tiers(config: GatewayConfig): Lasting['tiers'];
}

/** Which settings those are. Everything else in a configuration is compiled anew each time. */
const madeFor: Readonly<Record<keyof LastingMakers, (config: GatewayConfig) => unknown>> = {
  guide: ({ guideDocuments, guideTokenDelayMs }) => [guideDocuments.length, guideTokenDelayMs],
  semantic: ({ cache }) => cache.semantic,
  tiers: ({ tierPins }) => tierPins,
};

/**
 * What goes on under another configuration: pins and the semantic cache keep what they know unless their own
 * settings changed.
 */
export function renewLasting(
  lasting: Lasting,
  makers: LastingMakers,
  { before, after }: { readonly before: GatewayConfig; readonly after: GatewayConfig },
): Lasting {
  const differs = (part: keyof LastingMakers): boolean =>
    JSON.stringify(madeFor[part](before)) !== JSON.stringify(madeFor[part](after));
  return {
    ...lasting,
    ...(differs('guide') && { guide: makers.guide(after) }),
    ...(differs('semantic') && { semantic: makers.semantic(after) }),
    ...(differs('tiers') && { tiers: makers.tiers(after) }),
  };
}
