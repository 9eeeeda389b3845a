import * as z from 'zod/mini';

const count = z.number();
const text = z.optional(z.string());

const usageSchema = z.object({
  input: count,
  output: count,
  cachedInput: z.optional(count),
  cacheWrite: z.optional(count),
  cacheWriteHour: z.optional(count),
  reasoning: z.optional(count),
  audioInput: z.optional(count),
  audioOutput: z.optional(count),
  serverToolCalls: z.optional(count),
});

/** A record as a store gives it back. */
export const usageRecordSchema = z.object({
  /** The request's id, as its response names it. */
  id: z.string(),
  /** Milliseconds since 1970, when the answer was over. */
  at: count,
  key: text,
  tenant: text,
  user: text,
  team: text,
  customer: text,
  organisation: text,
  session: text,
  /** The model as the client wrote it. */
  model: z.string(),
  /** `provider/model` of the target whose answer the client got. */
  target: text,
  usage: usageSchema,
  /** What is charged for it. */
  microUsd: count,
  /** Counted by characters, since the provider did not say, or not to the end. */
  isEstimated: z.boolean(),
  /** Nobody knows a price of the model: `microUsd` says nothing. */
  isPriceUnknown: z.optional(z.boolean()),
  cache: z.optional(z.enum(['hit', 'near'])),
  outcome: z.enum(['finished', 'failed', 'aborted']),
  /** Tries at targets altogether. */
  attempts: count,
  /** What tries cost whose answers nobody got: known to the operator, charged to nobody. */
  discardedMicroUsd: count,
});

/** What one request used and cost. Holds identities and numbers, never a word of a prompt or an answer. */
export type UsageRecord = Readonly<z.infer<typeof usageRecordSchema>>;

/** Which records: of one identity, of a time. Newest first. */
export interface UsageQuery {
  readonly key?: string;
  readonly user?: string;
  readonly team?: string;
  readonly customer?: string;
  readonly organisation?: string;
  readonly tenant?: string;
  readonly target?: string;
  /** Milliseconds since 1970; from included, to excluded. */
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
}
