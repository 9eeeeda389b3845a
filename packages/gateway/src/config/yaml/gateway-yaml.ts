import * as z from 'zod/mini';
import { dialects } from '../../core/model-request.ts';
import { priceFields } from '../price-in-dollars.ts';
import { logLevels } from '../run-settings.ts';
import { budgetOwners } from '../../usage/budget-rule.ts';
import { byteSize, duration, number, sha256, share, text, whole } from './field-types.ts';

const { optional, strictObject } = z;
const flag = z.boolean();
const count = whole(1, 1_000_000_000);

const capabilities = strictObject({
  contextTokens: optional(count),
  images: optional(flag),
  audio: optional(flag),
  tools: optional(flag),
  schema: optional(flag),
  reasoning: optional(flag),
  prefill: optional(flag),
});

const provider = strictObject({
  /** Another row of the catalog that this one is like. */
  like: optional(text),
  enabled: optional(flag),
  label: optional(text),
  dialect: optional(z.enum(dialects)),
  baseUrl: optional(text),
  key: optional(text),
  keys: optional(z.array(text)),
  keyHeader: optional(z.enum(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'])),
  aws: optional(strictObject({ region: text, accessKeyId: text, secretAccessKey: text, sessionToken: optional(text) })),
  headers: optional(z.record(text, z.string())),
  quirks: optional(
    strictObject({
      outputLimitField: optional(z.enum(['max_tokens', 'max_completion_tokens'])),
      refusesStreamOptions: optional(flag),
      path: optional(text),
      refusesParallelTools: optional(flag),
      prefillsAnswer: optional(flag),
      keepAlive: optional(text),
    }),
  ),
  timeouts: optional(
    strictObject({
      connect: optional(duration),
      headers: optional(duration),
      content: optional(duration),
      idle: optional(duration),
    }),
  ),
  maxConcurrent: optional(count),
  maxQueued: optional(whole(0, 1_000_000)),
  models: optional(z.array(text)),
  preferred: optional(strictObject({ 'chat-fast': optional(text), 'chat-quality': optional(text) })),
});

const target = z.pipe(
  z.transform((value) => (typeof value === 'string' ? { use: value } : value)),
  strictObject({ use: text, weight: optional(number(0, 1_000_000)), capabilities: optional(capabilities) }),
);

const exact = z.pipe(
  z.transform((value) => (value === false ? 'off' : value === true ? 'always' : value)),
  z.enum(['off', 'deterministic', 'always']),
);

const behaviour = {
  balance: optional(z.enum(['ordered', 'weighted', 'latency', 'cost', 'headroom'])),
  sticky: optional(z.enum(['none', 'session', 'user'])),
  fallback: optional(flag),
  fallbackOnContentFilter: optional(flag),
  recovery: optional(z.enum(['error', 'restart', 'continue'])),
  hedge: optional(
    z.pipe(
      z.transform((value) => (value === true ? {} : value)),
      strictObject({ quantile: optional(share), share: optional(share), min: optional(duration) }),
    ),
  ),
  cache: optional(strictObject({ exact: optional(exact), semantic: optional(flag) })),
};

const model = z.pipe(
  z.transform((value) =>
    typeof value === 'string' ? { targets: [value] } : Array.isArray(value) ? { targets: value } : value,
  ),
  strictObject({
    targets: optional(z.array(target).check(z.minLength(1))),
    tiers: optional(
      strictObject({
        simple: optional(text),
        medium: optional(text),
        complex: optional(text),
        reasoning: optional(text),
      }),
    ),
    toolThresholds: optional(z.array(strictObject({ above: whole(0, 100_000), use: text }))),
    ...behaviour,
  }),
);

const budget = strictObject({
  usd: optional(number(0, 1_000_000_000)),
  tokens: optional(whole(0, Number.MAX_SAFE_INTEGER)),
  per: z.enum(['hour', 'day', 'week', 'month', 'total']),
});

const ruledBudget = strictObject({
  owner: z.enum(budgetOwners),
  /** Whose; left out, everyone of that kind has one like it. */
  id: optional(text),
  usd: optional(number(0, 1_000_000_000)),
  tokens: optional(whole(0, Number.MAX_SAFE_INTEGER)),
  per: z.enum(['hour', 'day', 'week', 'month', 'total']),
});

const key = strictObject({
  id: optional(text),
  sha256: optional(sha256),
  /** The secret itself; best as a placeholder. */
  key: optional(text),
  models: optional(z.array(text)),
  budget: optional(budget),
  budgets: optional(z.array(budget)),
  rpm: optional(count),
  tpm: optional(count),
  user: optional(text),
  team: optional(text),
  customer: optional(text),
  organisation: optional(text),
  mayNameIdentity: optional(flag),
  priority: optional(z.enum(['low', 'normal', 'high'])),
  expiresAt: optional(text),
});

/** Everything `gateway.yaml` may say. All of it is optional; what is left out keeps its value from the environment. */
export const gatewayYamlSchema = strictObject({
  host: optional(text),
  port: optional(whole(0, 65_535)),
  workers: optional(z.union([z.literal('auto'), whole(1, 256)], { error: 'must be auto or a number from 1 to 256' })),
  logLevel: optional(z.enum([...logLevels, 'silent'])),
  reload: optional(flag),
  allowedHosts: optional(z.array(text)),
  providers: optional(
    z.record(
      text,
      z.pipe(
        z.transform((value) => (value === 'off' || value === false ? { enabled: false } : (value ?? {}))),
        provider,
      ),
    ),
  ),
  models: optional(z.record(text, model)),
  defaults: optional(strictObject(behaviour)),
  defaultModel: optional(text),
  forceDefaultModel: optional(flag),
  apiKeys: optional(z.array(text)),
  keys: optional(z.array(key)),
  budgets: optional(z.array(ruledBudget)),
  ledger: optional(text),
  prices: optional(z.record(text, strictObject(priceFields))),
  unknownPrice: optional(z.enum(['block', 'count'])),
  retry: optional(
    strictObject({
      maxTries: optional(whole(1, 20)),
      longestWait: optional(duration),
      initialDelay: optional(duration),
      maxDelay: optional(duration),
    }),
  ),
  breaker: optional(
    strictObject({
      window: optional(duration),
      failures: optional(count),
      failureShare: optional(share),
      open: optional(duration),
      probesPerMinute: optional(count),
      successes: optional(count),
    }),
  ),
  cache: optional(
    strictObject({
      place: optional(text),
      exact: optional(strictObject({ maxEntries: optional(count), ttl: optional(duration) })),
      semantic: optional(
        strictObject({
          enabled: optional(flag),
          embedder: optional(text),
          maxErrorShare: optional(share),
          verifyShare: optional(share),
          maxEntries: optional(count),
          ttl: optional(duration),
        }),
      ),
    }),
  ),
  shedding: optional(
    strictObject({
      enabled: optional(flag),
      maxActive: optional(count),
      memoryShare: optional(share),
      maxLoopDelay: optional(duration),
    }),
  ),
  tierPins: optional(
    strictObject({ ttl: optional(duration), driftMargin: optional(number(0, 100)), switchMaxTokens: optional(count) }),
  ),
  rateLimit: optional(
    strictObject({
      enabled: optional(flag),
      window: optional(duration),
      maxRequests: optional(count),
      by: optional(z.enum(['session', 'ip', 'both'])),
    }),
  ),
  deadlines: optional(strictObject({ start: optional(duration), total: optional(duration) })),
  drain: optional(duration),
  bodyLimit: optional(byteSize),
  telemetry: optional(strictObject({ endpoint: text, headers: optional(z.record(text, z.string())) })),
  admin: optional(strictObject({ token: optional(text), tokenSha256: optional(sha256) })),
  recordings: optional(text),
  lynkrHeaders: optional(flag),
});

export type GatewayYaml = z.infer<typeof gatewayYamlSchema>;
export type ProviderYaml = z.infer<typeof provider>;
export type ModelYaml = z.infer<typeof model>;
export type BehaviourYaml = Pick<ModelYaml, keyof typeof behaviour>;
export type KeyYaml = z.infer<typeof key>;
export type BudgetYaml = z.infer<typeof budget>;
export type RuledBudgetYaml = z.infer<typeof ruledBudget>;
