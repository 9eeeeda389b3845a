/**
 * What a million tokens of a model cost, in micro-units (millionths of a US dollar), by kind. A kind that is left out
 * costs what the kind it is contained in costs: `cachedInput`, cache writes and audio as `input`, `reasoning` as
 * `output`.
 */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  readonly cacheWriteHour?: number;
  readonly reasoning?: number;
  readonly audioInput?: number;
  readonly audioOutput?: number;
  /** For one call of a tool that the provider runs itself. */
  readonly serverToolCall?: number;
}
