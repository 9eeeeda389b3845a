import type { Answer, Call, PlanCaller, RoutePlan, Trail } from '../../core/call.ts';
import { defaultModelSettings } from '../../config/default-settings.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { Target } from '../../core/provider-strategy.ts';
import type { VirtualKey } from '../../keys/virtual-key.ts';

/** A key without limits, but for what a test says. */
export function virtualKey(part: Partial<VirtualKey> = {}): VirtualKey {
  return { id: 'k', sha256: '', models: [], budgets: [], mayNameIdentity: false, priority: 'normal', ...part };
}

/** A target by its `provider/model`. */
export function targetOf(id: string): Target {
  const [providerName = '', model = ''] = id.split('/');
  const timeouts = { connect: 1000, headers: 1000, content: 1000, idle: 1000 };
  return { id, providerName, provider: providerName, model, baseUrl: 'https://example.test/v1', timeouts };
}

/** A plan with these targets. */
export function planOf(...ids: readonly string[]): RoutePlan {
  const candidates = ids.map((id) => ({ target: targetOf(id), weight: 1 }));
  return { name: 'quick', candidates, settings: defaultModelSettings };
}

/** A call of a key, of 40 tokens unless told. */
export function callOf(
  part: Partial<Call> & { readonly tokens?: number; readonly maxOutputTokens?: number } = {},
): Call {
  const { tokens = 40, maxOutputTokens, ...rest } = part;
  const trail: Trail = { attempts: [], dropped: new Set(), reasons: [] };
  return {
    id: 'request-1',
    model: 'quick',
    isStream: true,
    toRequest: () => ({ model: 'quick', instructions: [], turns: [], tools: [], sampling: {} }),
    traits: () => ({
      hasImages: false,
      hasAudio: false,
      toolCount: 0,
      wantsSchema: false,
      approximateTokens: tokens,
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    }),
    scope: { caller: 'digest' },
    trail,
    startBy: performance.now() + 30_000,
    deadline: performance.now() + 60_000,
    ...rest,
  };
}

/** Answers every call with these events, in batches of one. */
export function answering(events: readonly ModelEvent[], id = 'openai/gpt-4o'): PlanCaller {
  return async (): Promise<Answer> => ({ target: targetOf(id), batches: batchesOf(events) });
}

async function* batchesOf(events: readonly ModelEvent[]): AsyncGenerator<readonly ModelEvent[]> {
  for (const event of events) yield [event];
}

/** Reads an answer to its end. */
export async function readAll({ batches }: Answer): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const batch of batches) events.push(...batch);
  return events;
}

/** Reads that many batches of an answer and leaves. */
export async function readSome({ batches }: Answer, count: number): Promise<void> {
  const iterator = batches[Symbol.asyncIterator]();
  for (let left = count; left > 0; left -= 1) await iterator.next();
  await iterator.return?.();
}
