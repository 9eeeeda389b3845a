import type { Answer, Call, PlanCaller, RoutePlan } from '../core/call.ts';
import type { Codec } from '../core/codec.ts';
import { toGatewayError, treatmentOf } from '../core/gateway-error.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import type { Dialect } from '../core/model-request.ts';
import { callAgain, canContinue, continuedRequest } from './continued-request.ts';
import { createDeliveredAnswer } from './delivered-answer.ts';
import type { Delivered, WireReader } from './delivered-answer.ts';
import { createRecoveringAnswer } from './recovering-answer.ts';
import type { Successor } from './recovering-answer.ts';
import { targetIdOf } from './target-id.ts';

export interface RecoveryOptions {
  /** Reads bytes that were sent, to find out what they said. */
  readonly codecs: Readonly<Partial<Record<Dialect, Pick<Codec, 'createScanner' | 'createDecoder'>>>>;
  /** Milliseconds within which content of the next answer must flow. */
  readonly startDeadlineMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** How often one answer is taken up again. */
const mostRecoveries = 3;

/**
 * Takes up an answer that broke off after its first content, as far as `settings.recovery` and the client allow:
 * anew where nothing of it was said yet or the client drops it, else by a target that continues the text. What cannot be
 * taken up ends with the failure that broke it. An answer that is not recovered passes through untouched.
 */
export function withRecovery(next: PlanCaller, options: RecoveryOptions): PlanCaller {
  async function recover(call: Call, plan: RoutePlan, signal: AbortSignal): Promise<Answer> {
    const answer = await next(isResumable(call) ? call : withoutWire(call), plan, signal);
    const delivered = createDeliveredAnswer(wireReaderFor(call, answer, options));
    const leaving = new AbortController();
    return createRecoveringAnswer({
      answer,
      delivered,
      leave: (reason) => leaving.abort(reason),
      succeed: createSuccession(next, {
        call,
        plan,
        delivered,
        options,
        signals: [signal, leaving.signal],
      }),
    });
  }

  return (call, plan, signal) =>
    plan.settings.recovery === 'error' || !call.isStream || plan.candidates.length < 2
      ? next(call, plan, signal)
      : recover(call, plan, signal);
}

/**
 * Whether events may follow bytes that passed: chunks of chat completions stand alone. In other dialects what was begun
 * stays open, and only who wrote the beginning can go on.
 */
function isResumable({ wire }: Call): boolean {
  return wire === undefined || wire.dialect === 'openai-chat';
}

function withoutWire({ wire: _bytes, ...call }: Call): Call {
  return call;
}

function wireReaderFor({ wire }: Call, { target }: Answer, { codecs }: RecoveryOptions): WireReader {
  const codec = wire && codecs[wire.dialect];
  if (!codec) return () => undefined;
  return (bytes) => {
    const scanner = codec.createScanner();
    const decoder = codec.createDecoder({ target });
    return [...scanner.push(bytes), ...scanner.end()].flatMap((frame) => decoder.push(frame).events);
  };
}

interface Succession {
  readonly call: Call;
  readonly plan: RoutePlan;
  readonly delivered: { read(): Delivered | undefined };
  readonly options: RecoveryOptions;
  /** Of the client, and of the reader of the answer. */
  readonly signals: AbortSignal[];
}

/** Finds who takes up an answer after `failure`; undefined when nobody may or can. */
function createSuccession(next: PlanCaller, { call, plan, delivered, options, signals }: Succession) {
  const { now, startDeadlineMs } = options;
  let recoveries = 0;
  const isLeft = (): boolean => signals.some(({ aborted }) => aborted);

  async function ask(mode: Successor['mode'], said: Delivered): Promise<Successor | undefined> {
    const tried = new Set(call.trail.attempts.map(({ target }) => target));
    const candidates = plan.candidates.filter(
      ({ target }) => !tried.has(targetIdOf(target)) && (mode === 'restarted' || canContinue(target)),
    );
    if (candidates.length === 0) return undefined;
    const again = callAgain(call, Math.min(call.deadline, now() + startDeadlineMs), () =>
      mode === 'continued' ? continuedRequest(call.toRequest(), said.text) : call.toRequest(),
    );
    try {
      const answer = await next(again, { ...plan, candidates }, AbortSignal.any(signals));
      return { mode, told: canDropAll(call) ? mode : 'continued', answer, said };
    } catch (thrown) {
      call.trail.reasons.push(`Nobody took up the answer (${mode}): ${toGatewayError(thrown).code}.`);
      return undefined;
    }
  }

  return async (failure: GatewayError): Promise<Successor | undefined> => {
    const said = delivered.read();
    if (said === undefined || recoveries >= mostRecoveries || isLeft() || now() >= call.deadline) return undefined;
    recoveries += 1;
    for (const mode of waysOn(call, plan, failure, said)) {
      const successor = await ask(mode, said);
      if (successor || isLeft()) return successor;
    }
    return undefined;
  };
}

/** Only chat chunks and events have a word for it. */
function canDropAll(call: Call): boolean {
  return call.bears?.restart === true && isResumable(call);
}

/** What may be done about an answer that broke off, best first. */
function waysOn(call: Call, { settings }: RoutePlan, failure: GatewayError, said: Delivered): Successor['mode'][] {
  if (treatmentOf(failure.code).nextTarget !== 'yes') return [];
  const { hasHostedTools = false, wantsSchema } = call.traits();
  if (said.hasTools || hasHostedTools) return [];
  const dropsAll = canDropAll(call);
  if (said.text === '' && !said.hasRefusal && !said.hasSources) {
    return !said.hasReasoning || dropsAll || call.bears?.secondReasoning === true ? ['restarted'] : [];
  }
  if (wantsSchema) return [];
  const canGoOn = settings.recovery === 'continue' && said.text !== '' && !said.hasRefusal;
  return [...(canGoOn ? (['continued'] as const) : []), ...(dropsAll ? (['restarted'] as const) : [])];
}
