import type { AnswerGuidance, Message, MessagePart } from '@parley/contracts';
import type { GatewayError, ModelEvent } from '@parley/gateway';
import { buildContext } from './build-context.ts';
import { findCallable } from './calls/agent-tools.ts';
import { runModelStep } from './run-model-step.ts';
import type { ModelStepEnd } from './run-model-step.ts';
import { skipHeld } from './skip-held.ts';
import type { HeldStep } from './skip-held.ts';
import type { StepTraces } from './step-traces.ts';
import type { TurnEvent } from './turn-event.ts';
import type { TurnSetup } from './turn-setup.ts';
import { untilAborted } from './until-aborted.ts';

/** One model call, and what the log holds of it, from an earlier producer. */
export interface ModelCall extends HeldStep {
  /** What its idempotency keys begin with. */
  readonly key: string;
  /** What the ids of its calls begin with. */
  readonly callIdPrefix: string;
  readonly setup: TurnSetup;
  readonly history: readonly Pick<Message, 'role' | 'parts'>[];
  /** See `Turn`. */
  readonly firstStep?: number | undefined;
  readonly guidance?: AnswerGuidance | undefined;
  /** The answer before the step. */
  readonly before: readonly MessagePart[];
  readonly step: number;
}

export interface ModelPorts {
  /** Hangs up. */
  readonly signal: AbortSignal;
  /** Waits before a call is made again, after so many failures in a row. */
  readonly pause: (failures: number) => Promise<void>;
  /** A provider that records answers writes under this key. */
  readonly onRecording: (idempotencyKey: string) => void;
  /** A call that had broken off has gone further than before. */
  readonly onAhead: () => void;
  /** Notes how the call goes. */
  readonly traces?: Pick<StepTraces, 'call'> | undefined;
}

/** How many keys are tried when the provider knows one as that of another call. */
const maxKeys = 3;
/** How often in a row a provider that was there before may be out of reach; some ten seconds. */
const maxFailures = 12;
/** How often one call may be broken off before anything is known of its answer. */
const maxBreaks = 3;

/**
 * Calls the model once. A step that was left in the middle is asked for under the same key, so that a provider that
 * records answers goes on with it; what the log holds is not told again. So is a call whose connection to such a
 * provider breaks, and a call that was broken off before its answer began: it was perhaps the last thing a provider
 * heard before it restarted, or met a connection that had just been closed. Throws what the abort of `signal` makes of
 * the call.
 */
export async function* callModel(call: ModelCall, ports: ModelPorts): AsyncGenerator<TurnEvent, ModelStepEnd> {
  let { held, attempt, isUsageHeld } = call;
  /** The key of the second attempt is the same for every producer. */
  const secondKey = Math.max(2, attempt);
  let isRecorded = false;
  let keys = 1;
  let failures = 0;
  let breaks = 0;
  for (;;) {
    const idempotencyKey = `${call.key}:${call.step}${keys === 1 ? '' : `:${secondKey + keys - 2}`}`;
    const onRecording = (key: string): void => {
      isRecorded = true;
      ports.onRecording(key);
    };
    const request = { ...call, held, attempt, isUsageHeld, idempotencyKey };
    const { result, ...now } = yield* callOnce(request, { ...ports, onRecording });
    if (lengthOf(now.held) > lengthOf(held)) failures = 0;
    if ('reason' in result.end) return result;
    const { error } = result.end;
    // Without a recording there is nothing to go on with once a call has begun.
    const isContinued = now.held.length > 0 && result.added.length === 0;
    if (error.isBrokenOff) breaks += 1;
    const wasThere = breaks > 0 && breaks < maxBreaks && result.added.length === 0;
    if (isKeyConflict(error) && result.added.length === 0 && keys < maxKeys) {
      keys += 1;
    } else if (isUnreachable(error) && (isRecorded || isContinued || wasThere) && failures < maxFailures) {
      failures += 1;
      await ports.pause(failures);
    } else {
      return result;
    }
    ({ held, attempt, isUsageHeld } = now);
  }
}

async function* callOnce(
  call: ModelCall & { readonly idempotencyKey: string },
  { signal, onRecording, onAhead, traces }: Omit<ModelPorts, 'pause'>,
): AsyncGenerator<TurnEvent, HeldStep & { result: ModelStepEnd }> {
  const { setup, history, before, step, attempt, held, isUsageHeld, idempotencyKey, callIdPrefix } = call;
  const { strategy, target } = setup.model;
  const { firstStep, guidance } = call;
  const request = buildContext({ setup, history, firstStep, guidance, answer: before, idempotencyKey, callIdPrefix });
  let recording: 'new' | 'replayed' | undefined;
  const note = traces?.call(step, request, setup);
  const events = runModelStep({
    step,
    events: noted(untilAborted(strategy.stream(request, target, signal), signal), note),
    before,
    callIdPrefix,
    toolOf: (name) => findCallable(setup, name)?.spec,
    onStart(said) {
      recording = said;
      if (said !== undefined) onRecording(idempotencyKey);
    },
  });
  const isReplay = (): boolean => recording === 'replayed';
  return yield* skipHeld({ step, attempt, held, isUsageHeld, firstPart: before.length, events, isReplay, onAhead });
}

async function* noted(
  events: AsyncIterable<ModelEvent>,
  note: (event: ModelEvent) => void = () => undefined,
): AsyncGenerator<ModelEvent> {
  for await (const event of events) {
    note(event);
    yield event;
  }
}

function lengthOf(parts: readonly MessagePart[]): number {
  let length = parts.length;
  for (const part of parts) {
    if (part.type === 'tool-call') length += part.input.length;
    else if ('text' in part) length += part.text.length;
  }
  return length;
}

/** The key was used with another request, or its answer cannot be had again. */
function isKeyConflict({ code }: GatewayError): boolean {
  return code === 'idempotency-mismatch' || code === 'recording-lost';
}

/** The provider itself is gone for the moment; what it tells of others, it tells with a code. */
function isUnreachable({ code, vendorCode, retryable }: GatewayError): boolean {
  return retryable && vendorCode === undefined && (code === 'network' || code === 'stream-cut');
}
