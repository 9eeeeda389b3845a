import { capabilitiesOf } from '../catalog/capabilities.ts';
import type { ModelAddress, Provider } from '../core/gateway-config.ts';
import type { Capabilities, Target } from '../core/provider-strategy.ts';

export interface Targets {
  /** The target of an upstream model; undefined where there is no such provider, or it has no such model. */
  at(address: ModelAddress, capabilities?: Capabilities): Target | undefined;
}

const mostHeld = 1000;

/** Makes targets, the same one for the same address: statistics and pools know them by what they are. */
export function createTargets(providers: readonly Provider[]): Targets {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const held = new Map<string, Target>();

  return {
    at({ provider: name, model }, capabilities) {
      const provider = byName.get(name);
      if (provider === undefined || model === '' || (provider.dialect === 'guide' && model !== 'guide'))
        return undefined;
      if (capabilities !== undefined) {
        const target = toTarget(provider, model);
        return { ...target, capabilities: { ...target.capabilities, ...capabilities } };
      }
      const id = `${name}/${model}`;
      const known = held.get(id);
      if (known) return known;
      const target = toTarget(provider, model);
      if (held.size >= mostHeld) held.clear();
      held.set(id, target);
      return target;
    },
  };
}

function toTarget(provider: Provider, model: string): Target {
  const { name, label, dialect, baseUrl, keys, keyHeader, aws, headers, timeouts, quirks } = provider;
  const [apiKey] = keys;
  const capabilities = capabilitiesOf(model);
  return {
    id: `${name}/${model}`,
    providerName: name,
    provider: label,
    dialect,
    baseUrl,
    model,
    timeouts,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(keyHeader === undefined ? {} : { keyHeader }),
    ...(aws === undefined ? {} : { aws }),
    ...(headers === undefined ? {} : { headers }),
    ...(quirks === undefined ? {} : { quirks }),
    ...(capabilities === undefined ? {} : { capabilities }),
  };
}
