import type { Answer, RoutePlan } from '../core/call.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { StoredAnswer } from './stored-answer.ts';

/**
 * A stored answer as if its model gave it now, in the original pieces and all at once: in its own bytes for the very
 * same body, else in events, which every dialect can write. Undefined when it cannot be told to this client.
 */
export function replayAnswer(
  stored: StoredAnswer,
  fingerprint: string | undefined,
  plan: RoutePlan,
): Answer | undefined {
  const target = plan.candidates.find((each) => each.target.id === stored.target)?.target;
  if (target === undefined) return undefined;
  const isSameBody = stored.wire !== undefined && stored.wire.body === fingerprint;
  const events = isSameBody ? stored.wire.events : stored.isBytesOnly ? undefined : stored.events();
  if (events === undefined) return undefined;
  const usage = events.find((event) => event.type === 'usage')?.usage;
  return { target, batches: inOneBatch(events), ended: Promise.resolve(usage === undefined ? {} : { usage }) };
}

async function* inOneBatch(events: readonly ModelEvent[]): AsyncGenerator<readonly ModelEvent[], void, undefined> {
  yield events;
}
