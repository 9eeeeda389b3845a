import type { Answer, Call, Caller, RouteCandidate, RoutePlan } from '../../core/call.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { GatewayErrorCode, GatewayErrorDetails } from '../../core/gateway-error.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { ModelRequest } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { defaultModelSettings } from '../../config/default-settings.ts';
import type { ModelSettings } from '../../core/gateway-config.ts';

/** A question without anything special. */
export const plainRequest: ModelRequest = {
  model: 'quick',
  instructions: [],
  turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
  tools: [],
  sampling: {},
};

/** A call as the core makes it, far from its deadlines. */
export function makeCall(fields: Partial<Call> = {}): Call {
  return {
    id: 'call-1',
    model: 'quick',
    isStream: true,
    toRequest: () => plainRequest,
    traits: () => ({ hasImages: false, hasAudio: false, toolCount: 0, wantsSchema: false, approximateTokens: 10 }),
    scope: { caller: '' },
    trail: { attempts: [], dropped: new Set(), reasons: [] },
    startBy: performance.now() + 60_000,
    deadline: performance.now() + 600_000,
    ...fields,
  };
}

/** A target `id`, which is `provider/model`. */
export function makeTarget(id: string, fields: Partial<Target> = {}): Target {
  const [providerName = '', model = ''] = id.split('/');
  return {
    id,
    providerName,
    provider: providerName,
    dialect: 'openai-chat',
    baseUrl: 'http://127.0.0.1:9/v1',
    model,
    timeouts: { connect: 1000, headers: 1000, content: 1000, idle: 1000 },
    ...fields,
  };
}

/** A plan over `targets`, in that order. */
export function makePlan(
  targets: readonly (Target | RouteCandidate)[],
  settings: Partial<ModelSettings> = {},
): RoutePlan {
  return {
    name: 'quick',
    candidates: targets.map((target) => ('weight' in target ? target : { target, weight: 1 })),
    settings: { ...defaultModelSettings, ...settings },
  };
}

/** An error of `code`. */
export function fault(code: GatewayErrorCode, details: Partial<GatewayErrorDetails> = {}): GatewayError {
  return new GatewayError(code, { message: `It is ${code}.`, ...details });
}

/** An answer that gives `batches` one after the other. */
export function answerOf(target: Target, ...batches: readonly (readonly ModelEvent[])[]): Answer {
  async function* give(): AsyncGenerator<readonly ModelEvent[], void, undefined> {
    yield* batches;
  }
  return { target, batches: give() };
}

/** The events of a whole answer that says `text`. */
export function saying(text: string): readonly ModelEvent[] {
  return [
    { type: 'answer-start', id: 'a-1', model: 'up' },
    { type: 'text-delta', part: 0, text },
    { type: 'usage', usage: { input: 3, output: 2 } },
    { type: 'finish', reason: 'stop' },
  ];
}

/** What a scripted target does when it is called. */
export type Step = GatewayError | readonly ModelEvent[];

/** A caller that gives these answers and errors, one for each call, and the last one for ever. */
export function scripted(...steps: readonly Step[]): Caller & { calls: Target[] } {
  const calls: Target[] = [];
  const caller: Caller = async (_call, target) => {
    const step = steps[Math.min(calls.length, steps.length - 1)];
    calls.push(target);
    if (step instanceof GatewayError) throw step;
    return answerOf(target, step ?? []);
  };
  return Object.assign(caller, { calls });
}

/** All events of an answer. */
export async function eventsOf(answer: Answer): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const batch of answer.batches) events.push(...batch);
  return events;
}
