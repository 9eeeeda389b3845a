import type { CallTraits } from '../core/call.ts';
import type { ModelUsage } from '../core/model-event.ts';
import type { Price } from './price.ts';
import { priceOf } from './price-of.ts';

/** The most that a call is expected to use. */
export interface Forecast {
  readonly input: number;
  readonly output: number;
}

export interface CostForecast {
  /** What a call of this model may use at most. */
  of(model: string, traits: CallTraits): Forecast;
  /** Learns from what an answer really used. */
  learn(model: string, traits: CallTraits, usage: ModelUsage): void;
}

interface Experience {
  /** Tokens of input beyond what the size of the body tells: images by address, a provider's own prompts. */
  excess: number;
  /** The longest answer of late. */
  output: number;
}

/** An answer whose client sets no limit is expected to be at most so long until longer ones are seen. */
const usualOutput = 4096;
/** A picture that is given by its address has no size here. */
const imageTokens = 2000;
const modelsAtMost = 1000;

/**
 * Expects the worst, within reason: a third more input than characters tell, and an answer as long as the client allows,
 * or as the longest that the model gave of late. What was seen once is forgotten slowly.
 */
export function createCostForecast(): CostForecast {
  const experiences = new Map<string, Experience>();

  return {
    of(model, traits) {
      const { excess = 0, output = usualOutput } = experiences.get(model) ?? {};
      return {
        input: inputOf(traits) + Math.ceil(excess),
        output: traits.maxOutputTokens ?? Math.ceil(Math.max(usualOutput, output)),
      };
    },
    learn(model, traits, usage) {
      if (!experiences.has(model) && experiences.size >= modelsAtMost) experiences.clear();
      const { excess = 0, output = 0 } = experiences.get(model) ?? {};
      experiences.set(model, {
        excess: Math.max(excess * 0.99, usage.input - inputOf(traits)),
        output: Math.max(output * 0.99, usage.output),
      });
    },
  };
}

/** What a forecast costs at the highest rates of a price, in micro-units. */
export function priceOfForecast({ input, output }: Forecast, price: Price, { hasAudio }: CallTraits): number {
  const inputRate = Math.max(
    price.input,
    price.cacheWrite ?? 0,
    price.cacheWriteHour ?? 0,
    hasAudio ? (price.audioInput ?? 0) : 0,
  );
  const outputRate = Math.max(price.output, price.reasoning ?? 0, hasAudio ? (price.audioOutput ?? 0) : 0);
  return priceOf({ input, output }, { input: inputRate, output: outputRate });
}

function inputOf({ approximateTokens, hasImages }: CallTraits): number {
  return Math.ceil((approximateTokens * 4) / 3) + (hasImages ? imageTokens : 0);
}
