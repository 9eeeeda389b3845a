import { randomBytes } from 'node:crypto';
import type { Call } from '../core/call.ts';
import type { CallOutcome } from '../core/call-observer.ts';
import type { ModelUsage } from '../core/model-event.ts';

/** A span in the JSON encoding of OTLP (opentelemetry-proto, trace/v1). */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code: number; readonly message?: string };
}

const serverKind = 2;
const clientKind = 3;
const statusOk = 1;
const statusError = 2;

/** GenAI semantic conventions name providers so. */
const wellKnownProviders: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  google: 'gcp.gemini',
  vertex: 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  xai: 'x_ai',
};

/**
 * The spans of a call: one for the request and one for each try at a target, with the attributes of the GenAI semantic
 * conventions (status: development). Never holds prompts, answers or keys.
 */
export function spansOf(call: Call, outcome: CallOutcome, endedAtUnixMs: number, endedAt: number): OtlpSpan[] {
  const traceId = randomBytes(16).toString('hex');
  const root = randomBytes(8).toString('hex');
  const toNano = (monotonic: number): string => nanoseconds(endedAtUnixMs - (endedAt - monotonic));
  const { served } = call.trail;
  const model = served?.model ?? call.model.slice(0, 100);
  const server: OtlpSpan = {
    traceId,
    spanId: root,
    name: `chat ${model}`,
    kind: serverKind,
    startTimeUnixNano: toNano(endedAt - outcome.durationMs),
    endTimeUnixNano: toNano(endedAt),
    attributes: attributes({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': call.model.slice(0, 100),
      'gen_ai.response.model': served?.model,
      'gen_ai.provider.name': served?.providerName && providerName(served.providerName),
      'http.response.status_code': outcome.status,
      'error.type': outcome.error?.code,
      ...usageAttributes(outcome.usage),
    }),
    status: outcome.error ? { code: statusError, message: outcome.error.code } : { code: statusOk },
  };
  const tries = call.trail.attempts.map((attempt): OtlpSpan => {
    const slash = attempt.target.indexOf('/');
    const isServed = attempt.outcome === 'served' || attempt.outcome === 'discarded';
    return {
      traceId,
      spanId: randomBytes(8).toString('hex'),
      parentSpanId: root,
      name: `chat ${attempt.target.slice(slash + 1)}`,
      kind: clientKind,
      startTimeUnixNano: toNano(attempt.startedAt),
      endTimeUnixNano: toNano(attempt.startedAt + (attempt.durationMs ?? 0)),
      attributes: attributes({
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': attempt.target.slice(slash + 1),
        'gen_ai.provider.name': providerName(attempt.target.slice(0, Math.max(0, slash))),
        'parley.attempt.purpose': attempt.purpose,
        'parley.attempt.outcome': attempt.outcome,
        'http.response.status_code': attempt.status,
        'error.type': isServed ? undefined : attempt.outcome,
        ...usageAttributes(attempt.usage),
      }),
      status: isServed ? { code: statusOk } : { code: statusError, message: attempt.outcome ?? 'unknown' },
    };
  });
  return [server, ...tries];
}

function providerName(name: string): string {
  return wellKnownProviders[name] ?? name;
}

function usageAttributes(usage: ModelUsage | undefined): Record<string, number | undefined> {
  if (usage === undefined) return {};
  return {
    'gen_ai.usage.input_tokens': usage.input,
    'gen_ai.usage.output_tokens': usage.output,
    'gen_ai.usage.cache_read.input_tokens': usage.cachedInput,
    'gen_ai.usage.cache_creation.input_tokens': usage.cacheWrite,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoning,
  };
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): OtlpSpan['attributes'] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined || value === '') return [];
    return [{ key, value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) } }];
  });
}

function nanoseconds(unixMs: number): string {
  return (BigInt(Math.round(unixMs * 1000)) * 1000n).toString();
}
