import type { Target } from '../core/provider-strategy.ts';
import type { Price } from './price.ts';
import { freeProviders, vendorPrices } from './prices/vendor-prices.ts';

export interface PriceList {
  /** The price of a target's model; undefined where nobody knows it. */
  of(target: Pick<Target, 'id' | 'providerName' | 'model' | 'dialect'>): Price | undefined;
  /** The same by `provider/model`. */
  ofId(id: string): Price | undefined;
}

const free: Price = { input: 0, output: 0 };
const rememberedAtMost = 2000;
/** What vendors put behind the name of a model to say which edition it is, and clouds behind that. */
const edition = /^(?:[-@:.](?:latest|preview|exp|experimental|beta|v\d+|\d{2,8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{2}|0))+$/;
/** What clouds put in front: Bedrock's region and vendor. */
const cloud =
  /^(?:(?:us|eu|apac|jp|au|global)\.)?(?:anthropic|amazon|meta|mistral|deepseek|openai|qwen|moonshot|zai)\./;

/**
 * Prices by the operator's words first (`provider/model`, then the model alone), then nothing for providers at home, then
 * the table that comes with the gateway: the exact name, else the longest name of which this is an edition
 * (`gpt-4o-2024-11-20` is one of `gpt-4o`, `gpt-4o-mini` is not).
 */
export function createPriceList(overrides: Readonly<Record<string, Price>> = {}): PriceList {
  const own = new Map(Object.entries(overrides));
  const remembered = new Map<string, Price | undefined>();

  function look(provider: string, model: string): Price | undefined {
    const name = bareName(model);
    const told = own.get(`${provider}/${model}`) ?? own.get(model) ?? own.get(name);
    if (told !== undefined) return told;
    if (freeProviders.has(provider) || model.endsWith(':free')) return free;
    return Object.hasOwn(vendorPrices, name) ? vendorPrices[name] : editionOf(name);
  }

  function find(id: string, provider: string, model: string): Price | undefined {
    if (remembered.has(id)) return remembered.get(id);
    if (remembered.size >= rememberedAtMost) remembered.clear();
    const price = look(provider, model);
    remembered.set(id, price);
    return price;
  }

  return {
    of({ id, providerName = '', model, dialect }) {
      if (dialect === 'guide') return free;
      return find(id ?? `${providerName}/${model}`, providerName, model);
    },
    ofId(id) {
      const border = id.indexOf('/');
      return find(id, id.slice(0, border), id.slice(border + 1));
    },
  };
}

function bareName(model: string): string {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  return name.replace(cloud, '').replace(/:(?:nitro|floor)$/, '');
}

function editionOf(name: string): Price | undefined {
  let found = '';
  for (const known of Object.keys(vendorPrices)) {
    if (known.length > found.length && name.startsWith(known) && edition.test(name.slice(known.length))) found = known;
  }
  return found === '' ? undefined : vendorPrices[found];
}
