import type { GatewayLog } from '../core/gateway-log.ts';
import type { Price } from './price.ts';
import { exactPriceOf } from './price-of.ts';
import { pricesCheckedOn } from './prices/vendor-prices.ts';
import type { CountedUsage } from './usage-reducer.ts';

/** Says once for each target what would otherwise cost money in silence. */
export interface PriceAlarms {
  check(
    target: string,
    counted: CountedUsage,
    facts: { readonly price: Price | undefined; readonly isWhole: boolean },
  ): void;
}

const targetsAtMost = 1000;

/**
 * Alarms for a target whose price nobody knows, for one that has a price while tokens cost nothing by it, and for one that
 * has a price and ends its answers without saying what they used.
 */
export function createPriceAlarms(log: GatewayLog): PriceAlarms {
  const told = new Set<string>();

  function tell(kind: string, target: string, message: string): void {
    const name = `${kind} ${target}`;
    if (told.has(name) || told.size >= targetsAtMost) return;
    told.add(name);
    log.warn({ target, pricesCheckedOn }, message);
  }

  return {
    check(target, { usage, isEstimated }, { price, isWhole }) {
      if (price === undefined) {
        tell('unknown', target, 'Nobody knows the price of this model: its tokens are counted, its cost is not');
        return;
      }
      if (price.input === 0 && price.output === 0) return;
      if (isWhole && isEstimated) {
        tell('silent', target, 'This model ended an answer without its usage: it is charged by an estimate');
      }
      const tokens = usage.input + usage.output;
      // A single token may round to nothing; a price of exactly nothing is a mistake.
      if (tokens > 0 && exactPriceOf(usage, price) === 0) {
        tell('zero', target, 'This model has a price, but what it used costs nothing by it');
      }
    },
  };
}
