import type { ModelUsage } from '../core/model-event.ts';
import type { Price } from './price.ts';

const million = 1_000_000;

/**
 * What a usage costs, in micro-units of a US dollar: the one function for streams and whole answers. Integers until the
 * very end, rounded half up once. Every token is priced once, by its most special kind.
 */
export function priceOf(usage: ModelUsage, price: Price): number {
  const sum = exactPriceOf(usage, price) + million / 2;
  if (sum <= Number.MAX_SAFE_INTEGER) return (sum - (sum % million)) / million;
  return Number(bigPriceOf(usage, price) / BigInt(million));
}

/** The same in millionths of a micro-unit, not rounded: whether there is a price at all. */
export function exactPriceOf(usage: ModelUsage, price: Price): number {
  const { fresh, cached, written, writtenHour, heard, said, thought, spoken, calls } = countKinds(usage);
  const writeRate = price.cacheWrite ?? price.input;
  return (
    fresh * price.input +
    cached * (price.cachedInput ?? price.input) +
    written * writeRate +
    writtenHour * (price.cacheWriteHour ?? writeRate) +
    heard * (price.audioInput ?? price.input) +
    said * price.output +
    thought * (price.reasoning ?? price.output) +
    spoken * (price.audioOutput ?? price.output) +
    calls * (price.serverToolCall ?? 0) * million
  );
}

/** Beyond what a number holds exactly: kind by kind, since each of them is far below that. */
function bigPriceOf(usage: ModelUsage, price: Price): bigint {
  const kinds = countKinds(usage);
  let sum = BigInt(million / 2);
  const add = (count: number, rate: number): void => {
    sum += BigInt(count) * BigInt(Math.round(rate));
  };
  const writeRate = price.cacheWrite ?? price.input;
  add(kinds.fresh, price.input);
  add(kinds.cached, price.cachedInput ?? price.input);
  add(kinds.written, writeRate);
  add(kinds.writtenHour, price.cacheWriteHour ?? writeRate);
  add(kinds.heard, price.audioInput ?? price.input);
  add(kinds.said, price.output);
  add(kinds.thought, price.reasoning ?? price.output);
  add(kinds.spoken, price.audioOutput ?? price.output);
  add(kinds.calls * million, price.serverToolCall ?? 0);
  return sum;
}

/** How many tokens of each kind, none of them twice. */
function countKinds(usage: ModelUsage) {
  const { cachedInput = 0, cacheWrite = 0, cacheWriteHour = 0, audioInput = 0, audioOutput = 0, reasoning = 0 } = usage;
  const cacheTokens = cachedInput + cacheWrite + cacheWriteHour;
  // A vendor that counts cached tokens beside its input, and not in it, must not make them free.
  const input = Math.max(usage.input, cacheTokens);
  const heard = Math.min(audioInput, input - cacheTokens);
  const output = Math.max(usage.output, reasoning);
  const spoken = Math.min(audioOutput, output - reasoning);
  return {
    fresh: input - cacheTokens - heard,
    cached: cachedInput,
    written: cacheWrite,
    writtenHour: cacheWriteHour,
    heard,
    said: output - reasoning - spoken,
    thought: reasoning,
    spoken,
    calls: usage.serverToolCalls ?? 0,
  };
}
