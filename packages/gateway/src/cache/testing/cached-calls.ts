import { randomUUID } from 'node:crypto';
import type { Answer, Call, CallScope, PlanCaller, RoutePlan } from '../../core/call.ts';
import { createDialectRegistry } from '../../core/dialect-registry.ts';
import type { ClientDialect } from '../../core/face.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { ModelRequest } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { createCall } from '../../server/create-call.ts';

const timeouts = { connect: 1000, headers: 5000, content: 5000, idle: 5000 };

export const testTarget: Target = {
  id: 'up/model',
  providerName: 'up',
  provider: 'Up',
  dialect: 'openai-chat',
  baseUrl: 'http://127.0.0.1:9/v1',
  model: 'model',
  timeouts,
};

/** A plan with one target, whose answers are cached always unless told otherwise. */
export function planOf(
  cache: RoutePlan['settings']['cache'] = { exact: 'always', semantic: false },
  target: Target = testTarget,
): RoutePlan {
  return {
    name: 'logical',
    candidates: [{ target, weight: 1 }],
    settings: {
      balance: 'ordered',
      sticky: 'none',
      fallback: true,
      fallbackOnContentFilter: false,
      recovery: 'error',
      cache,
    },
  };
}

export const registry = createDialectRegistry();

/** A call as the server makes it of a client's body. */
export function clientCall(
  body: object,
  { dialect = 'openai-chat', scope = { caller: 'someone' }, headers = {} }: ClientCallOptions = {},
): Call {
  const face = registry.faces[dialect];
  if (face === undefined) throw new Error(`There is no face for ${dialect}`);
  const bytes = Buffer.from(JSON.stringify(body));
  const asked = face.read(bytes, {});
  const deadlines = { now: 0, startDeadlineMs: 60_000, totalDeadlineMs: 60_000 };
  return createCall({ id: randomUUID(), asked, dialect, body: bytes, headers, scope, ...deadlines });
}

interface ClientCallOptions {
  readonly dialect?: ClientDialect;
  readonly scope?: CallScope;
  readonly headers?: Record<string, string>;
}

/** A call without bytes of its own. */
export function libraryCall(request: Partial<ModelRequest>, rest: Partial<Call> = {}): Call {
  const whole: ModelRequest = {
    model: 'logical',
    instructions: [],
    turns: [{ role: 'user', parts: [{ type: 'text', text: 'What is a cache?' }] }],
    tools: [],
    sampling: {},
    ...request,
  };
  return {
    id: randomUUID(),
    model: whole.model,
    isStream: true,
    toRequest: () => whole,
    traits: () => ({ hasImages: false, hasAudio: false, toolCount: 0, wantsSchema: false, approximateTokens: 1 }),
    scope: { caller: 'someone' },
    trail: { attempts: [], dropped: new Set(), reasons: [] },
    startBy: 60_000,
    deadline: 60_000,
    ...rest,
  };
}

/** The events of a plain answer that says `words`. */
export function eventsOf(...words: readonly string[]): ModelEvent[] {
  return [
    { type: 'answer-start', id: 'answer-1', model: 'model' },
    ...words.map((text) => ({ type: 'text-delta' as const, part: 0, text })),
    { type: 'usage', usage: { input: 3, output: 2 } },
    { type: 'finish', reason: 'stop' },
  ];
}

/** An upstream of a test: gives events, one to a batch, and counts. */
export function scriptedModel(give: (call: Call) => readonly ModelEvent[]): PlanCaller & { calls: number } {
  const model = async (call: Call, plan: RoutePlan): Promise<Answer> => {
    model.calls += 1;
    const [candidate] = plan.candidates;
    if (candidate === undefined) throw new Error('The plan is empty');
    return { target: candidate.target, batches: oneByOne(give(call)) };
  };
  model.calls = 0;
  return model;
}

async function* oneByOne(events: readonly ModelEvent[]): AsyncGenerator<readonly ModelEvent[], void, undefined> {
  for (const event of events) yield [event];
}

export async function readAll({ batches }: Answer): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const batch of batches) events.push(...batch);
  return events;
}

export const neverAborted = new AbortController().signal;
