import { randomUUID } from 'node:crypto';
import type { Answer, Call, PlanCaller, RoutePlan } from '../core/call.ts';
import type { CallObserver, CallOutcome } from '../core/call-observer.ts';
import type { AnswerOptions, CallPath, ClientCall } from '../core/face.ts';
import type { GatewayConfig } from '../core/gateway-config.ts';
import { toGatewayError } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { Writable } from '../core/writable.ts';
import type { ResponseMemory } from '../dialects/openai-responses/response-memory.ts';
import type { Attachment, Recordings } from '../recordings/recordings.ts';
import type { RoutePlanner } from '../routing/route-planner.ts';
import { recordingHeader } from '../transport/http-answer.ts';
import { answerHeaders } from './answer-headers.ts';
import type { Outlet } from './answer-sink.ts';
import { createCall } from './create-call.ts';
import { readRequestBody, sendBytes } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { LoadShedding } from './load-shedding.ts';
import { collectWhole, sendStream } from './send-answer.ts';
import type { SentAnswer } from './send-answer.ts';
import { httpStatus, sendError } from './send-error.ts';
import { sendLive, sendReplay } from './send-recording.ts';
import { createSseResponse } from './sse-response.ts';

export interface GenerateOptions {
  readonly config: Pick<GatewayConfig, 'bodyLimit' | 'lynkrHeaders' | 'startDeadlineMs' | 'totalDeadlineMs'>;
  readonly planner: RoutePlanner;
  readonly answer: PlanCaller;
  readonly observer: CallObserver;
  readonly shedding: Pick<LoadShedding, 'enter'>;
  readonly responses: ResponseMemory;
  readonly log: GatewayLog;
  /** Absent: nothing is recorded, whatever keys are sent. */
  readonly recordings: Recordings | undefined;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

interface Work {
  readonly exchange: Exchange;
  readonly asked: ClientCall;
  readonly call: Call;
  /** Takes the answer when it is streamed; its signal ends the call in any case. */
  readonly outlet: Outlet;
  setHeaders(headers: Readonly<Record<string, string>>): void;
}

type NewAttachment = Extract<Attachment, { type: 'new' }>;

/** Answers requests for an answer of a model, streamed or whole, in whatever dialect the client speaks. */
export function createGenerate(options: GenerateOptions): (exchange: Exchange, path: CallPath) => Promise<void> {
  const { config, planner, recordings, observer, now } = options;

  /** Makes the call and tells the observer how it went. Rejects with what kept it from beginning. */
  async function make(work: Work): Promise<void> {
    const { call, exchange } = work;
    const { dialect } = exchange.face;
    const startedAt = exchange.startedAt;
    let waitedMs = 0;
    let plan: RoutePlan | undefined;
    function finish({ usage, error, firstContentAt }: Omit<SentAnswer, 'waitedMs'>, status: number): void {
      const { malformed, charge } = call.trail;
      const outcome: Writable<CallOutcome> = { status, durationMs: now() - startedAt, upstreamMs: waitedMs };
      if (usage) outcome.usage = usage;
      if (error) outcome.error = error;
      if (firstContentAt !== undefined) outcome.firstContentMs = firstContentAt - startedAt;
      if (malformed !== undefined) outcome.malformed = malformed;
      if (charge) outcome.microUsd = charge.microUsd;
      observer.ended(call, dialect, outcome);
    }
    observer.began(call, dialect);
    try {
      const found = planner.planFor(call);
      plan = found instanceof Promise ? await found : found;
      const askedAt = now();
      let given: Answer;
      try {
        given = await options.answer(call, plan, work.outlet.signal);
      } finally {
        waitedMs += now() - askedAt;
      }
      call.trail.served ??= given.target;
      work.setHeaders(answerHeaders(call, plan, config.lynkrHeaders));
      const face = options.responses.keep(exchange.face, work.asked, exchange.scope);
      const send = { answer: given, face, answerOptions: () => answerOptionsOf(work, given), now };
      if (call.isStream) {
        const sent = await sendStream(work.outlet, send);
        waitedMs += sent.waitedMs;
        finish(sent, sent.error?.code === 'cancelled' ? 499 : 200);
      } else {
        const whole = await collectWhole(send);
        waitedMs += whole.waitedMs;
        sendBytes(exchange, 200, 'application/json', work.asked.isList ? inList(whole.body) : whole.body);
        finish({ ...whole, firstContentAt: now() }, 200);
      }
    } catch (thrown) {
      const error = toGatewayError(thrown);
      if (plan) work.setHeaders(answerHeaders(call, plan, config.lynkrHeaders));
      finish({ error }, httpStatus(error));
      throw error;
    }
  }

  /** Makes a call that belongs to no client, and sends its answer to the one who asked first. */
  async function record(work: Omit<Work, 'outlet' | 'setHeaders'>, attachment: NewAttachment): Promise<void> {
    const { exchange } = work;
    const { call } = attachment;
    const outlet = { signal: call.signal, open: () => call.sink };
    const setHeaders = (headers: Readonly<Record<string, string>>): void => {
      call.setHeaders(headers);
      setAll(exchange, headers);
    };
    const making = make({ ...work, outlet, setHeaders });
    await Promise.all([
      sendLive(exchange, call, (after, signal) => attachment.rest(after, signal)),
      making.catch((thrown: unknown) => {
        const error = toGatewayError(thrown);
        call.sink.fail(error, exchange.face.toErrorFrame(error));
      }),
    ]);
  }

  async function attach(exchange: Exchange, body: Buffer): Promise<Attachment | undefined> {
    const { headers } = exchange.request;
    const key = headers['idempotency-key'];
    if (typeof key !== 'string' || recordings === undefined) return undefined;
    const lastEventId = headers['last-event-id'];
    return recordings.attach({
      caller: exchange.scope.caller,
      key,
      body,
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
      signal: exchange.signal,
    });
  }

  async function answer(exchange: Exchange, body: Buffer, asked: ClientCall): Promise<void> {
    const { face, scope, requestId } = exchange;
    const call = createCall({
      id: requestId,
      asked,
      dialect: face.dialect,
      ownHeaders: face.ownHeaders,
      body,
      headers: exchange.request.headers,
      scope: asked.session === undefined || scope.session !== undefined ? scope : { ...scope, session: asked.session },
      now: exchange.startedAt,
      startDeadlineMs: config.startDeadlineMs,
      totalDeadlineMs: config.totalDeadlineMs,
    });
    const attachment = asked.isStream ? await attach(exchange, body) : undefined;
    if (attachment !== undefined) exchange.headers[recordingHeader] = attachment.type;
    switch (attachment?.type) {
      case 'new':
        await record({ exchange, asked, call }, attachment);
        return;
      case 'replayed':
        options.log.info(
          { requestId, asked: asked.model.slice(0, 100), stream: true, outcome: 'replayed' },
          'model call',
        );
        await sendReplay(exchange, attachment.events);
        return;
      default: {
        const outlet = { signal: exchange.signal, open: () => createSseResponse(exchange) };
        const making = make({ exchange, asked, call, outlet, setHeaders: (headers) => setAll(exchange, headers) });
        // The observer was told: one line for each request.
        await making.catch((thrown: unknown) => sendError(exchange, toGatewayError(thrown)));
      }
    }
  }

  return async (exchange, path) => {
    const leave = options.shedding.enter(exchange.scope.key?.priority ?? 'normal');
    try {
      const body = await readRequestBody(exchange, config.bodyLimit);
      await answer(exchange, body, options.responses.recall(exchange.face.read(body, path), exchange.scope));
    } finally {
      leave();
    }
  };
}

function answerOptionsOf({ asked }: Work, { target }: Answer): AnswerOptions {
  return {
    model: target.model,
    created: Math.floor(Date.now() / 1000),
    includeUsage: asked.includeUsage,
    id: randomUUID().replaceAll('-', ''),
  };
}

function inList(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from('['), body, Buffer.from(']')]);
}

function setAll(exchange: Exchange, headers: Readonly<Record<string, string>>): void {
  Object.assign(exchange.headers, headers);
}
