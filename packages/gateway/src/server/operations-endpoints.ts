import { GatewayError } from '../core/gateway-error.ts';
import { createLibraryCall } from '../core/library-call.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { createEmbeddings } from '../embeddings/create-embeddings.ts';
import { createCandidateOrder } from '../routing/order-candidates.ts';
import { targetIdOf } from '../routing/target-id.ts';
import { reportPools } from '../transport/pool-report.ts';
import { createChargeInput } from '../usage/charge-input.ts';
import { createPriceList } from '../usage/price-list.ts';
import { createCountTokens } from './count-tokens.ts';
import { createCall } from './create-call.ts';
import type { Endpoint } from './endpoint.ts';
import type { Exchange } from './exchange.ts';
import type { GatewayHandlerOptions } from './gateway-handler.ts';
import { adminEndpoints, ownUsageEndpoint } from './operations/admin.ts';
import { healthEndpoints } from './operations/health.ts';
import { metricsEndpoints } from './operations/metrics.ts';
import type { OperationsPorts, RouteExplanation } from './operations/operations-ports.ts';
import { routingEndpoints } from './operations/routing.ts';

/** Every route besides those that answer with a model's words. */
export function operationsEndpoints(options: GatewayHandlerOptions): [string, Endpoint][] {
  const { snapshot, lasting } = options;
  const ports = portsOf(options);
  const { metrics = true, health = true } = snapshot.config.surface ?? {};
  const embeddings = createEmbeddings({
    targetOf: async (model, { scope }) => targetOf(snapshot, model, scope, lasting.now()),
    dispatcher: lasting.dispatcher,
    log: lasting.log,
    bodyLimit: snapshot.config.bodyLimit,
    charge: createChargeInput(lasting.metering.withBudget(snapshot.config), snapshot.config, lasting.now),
  });
  const countTokens = createCountTokens({
    targetOf: async (model, { scope }) => targetOf(snapshot, model, scope, lasting.now()),
    dispatcher: lasting.dispatcher,
    log: lasting.log,
    bodyLimit: snapshot.config.bodyLimit,
  });
  return [
    ...healthEndpoints(ports).filter(([path]) => health || !path.startsWith('/health')),
    ...(metrics ? metricsEndpoints(ports, snapshot.isOpen ? 'public' : 'admin') : []),
    ...routingEndpoints(ports, () => snapshot.config.models),
    ...adminEndpoints(ports),
    ownUsageEndpoint(ports),
    ['/embeddings', { method: 'POST', access: 'key', run: embeddings }],
    ['/messages/count_tokens', { method: 'POST', access: 'key', run: countTokens }],
  ];
}

function portsOf(options: GatewayHandlerOptions): OperationsPorts {
  const { snapshot, lasting, metrics, shedding, isDraining, reload, metricsOfOthers } = options;
  const { directory } = snapshot;
  const { experience, metering, dispatcher, semantic } = lasting;
  return {
    metrics,
    describe: () => directory.describe(),
    defaultTargets: () => defaultTargets(snapshot, lasting.now()),
    isDraining,
    breakers: experience.breakers,
    load: () => shedding.report(),
    pools: () => reportPools(dispatcher),
    semanticCache: () => semantic?.state(),
    explain: (exchange, body) => explain(snapshot, lasting, exchange, body),
    usage: (query) => metering.usage(query),
    usageReport: (query) => metering.usageReport(query),
    ...(reload && { reload }),
    ...(metricsOfOthers && { metricsOfOthers }),
  };
}

async function defaultTargets({ planner, config }: Snapshot, now: number): Promise<string[]> {
  const hasTiers = config.models.some(({ name, tiers }) => name === 'auto' && tiers !== undefined);
  const model = config.defaultModel ?? (hasTiers ? 'auto' : 'chat-fast');
  const request = { model, instructions: [], turns: [], tools: [], sampling: {} };
  const { startDeadlineMs, totalDeadlineMs } = config;
  const { candidates } = await planner.planFor(createLibraryCall({ request, now, startDeadlineMs, totalDeadlineMs }));
  return candidates.map(({ target }) => targetIdOf(target));
}

async function explain(
  { planner, config }: Snapshot,
  { registry, experience, now }: GatewayHandlerOptions['lasting'],
  exchange: Exchange,
  body: Buffer,
): Promise<RouteExplanation> {
  const face = registry.faces['openai-chat'] ?? exchange.face;
  const asked = face.read(body, {});
  const call = createCall({
    id: exchange.requestId,
    asked,
    dialect: face.dialect,
    body,
    headers: exchange.request.headers,
    scope: exchange.scope,
    now: now(),
    startDeadlineMs: config.startDeadlineMs,
    totalDeadlineMs: config.totalDeadlineMs,
  });
  const plan = await planner.planFor(call);
  const prices = createPriceList(config.prices);
  const order = createCandidateOrder({ ...experience, priceOf: (target) => prices.of(target), random: () => 0 });
  return { plan, order: order(call, plan).map(targetIdOf), reasons: call.trail.reasons, ...tierOf(call.trail.choice) };
}

function tierOf(choice: RouteExplanation['tier']): Pick<RouteExplanation, 'tier'> {
  return choice === undefined ? {} : { tier: choice };
}

/** The first target of a name: vectors of different models cannot be compared, so there is no second choice. */
async function targetOf({ planner, config }: Snapshot, model: string, scope: Exchange['scope'], now: number) {
  const request = { model, instructions: [], turns: [], tools: [], sampling: {} };
  const { startDeadlineMs, totalDeadlineMs } = config;
  const call = createLibraryCall({ request, now, startDeadlineMs, totalDeadlineMs });
  const { candidates } = await planner.planFor({ ...call, scope });
  const [first] = candidates;
  if (first) return first.target;
  throw new GatewayError('model-not-found', { message: `Nothing serves ${model.slice(0, 100)}.`, param: 'model' });
}
