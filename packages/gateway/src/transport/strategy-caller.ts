import type { Answer, Caller } from '../core/call.ts';
import { cancelled, toGatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { ProviderStrategy, Target } from '../core/provider-strategy.ts';

/** Lets a provider strategy answer calls, one batch for each of its events. */
export function createStrategyCaller(strategy: ProviderStrategy): Caller {
  return async (call, target, signal): Promise<Answer> => {
    const events = strategy.stream(call.toRequest(), target, signal)[Symbol.asyncIterator]();
    const head: ModelEvent[] = [];
    let isContent = false;
    try {
      while (!isContent) {
        const { done, value } = await events.next();
        if (done === true) break;
        if (value.type === 'failure') throw value.error;
        head.push(value);
        isContent = value.type !== 'answer-start' && value.type !== 'usage';
      }
    } catch (error) {
      await events.return?.();
      throw signal.aborted ? cancelled(error) : toGatewayError(error);
    }
    return answerOf(target, head, events, signal);
  };
}

function answerOf(
  target: Target,
  head: readonly ModelEvent[],
  rest: AsyncIterator<ModelEvent>,
  signal: AbortSignal,
): Answer {
  async function* batches(): AsyncGenerator<readonly ModelEvent[], void, undefined> {
    try {
      yield head;
      for (;;) {
        const { done, value } = await rest.next();
        if (done === true) return;
        yield [value];
      }
    } catch (error) {
      yield [{ type: 'failure', error: signal.aborted ? cancelled(error) : toGatewayError(error) }];
    } finally {
      await rest.return?.();
    }
  }
  const start = head.find((event) => event.type === 'answer-start');
  return {
    target,
    batches: batches(),
    ...(start?.recording === undefined ? {} : { recording: start.recording }),
  };
}
