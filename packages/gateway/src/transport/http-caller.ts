import type { Dispatcher } from 'undici';
import type { Call, Caller } from '../core/call.ts';
import type { Codec, UpstreamBody } from '../core/codec.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { Dialect } from '../core/model-request.ts';
import type { Target } from '../core/provider-strategy.ts';
import { openHttpAnswer } from './http-answer.ts';
import { createUpstreamAddresses } from './upstream-addresses.ts';

export interface HttpCallerOptions {
  readonly codecs: Readonly<Partial<Record<Dialect, Codec>>>;
  readonly dispatcher: Dispatcher;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Calls a target over HTTP in its own dialect, once. A client that speaks the same dialect gets the upstream's bytes.
 * Adds to `call.trail` what was dropped and skipped, and nothing else.
 */
export function createHttpCaller({ codecs, dispatcher, now }: HttpCallerOptions): Caller {
  const ports = { dispatcher, addresses: createUpstreamAddresses() };

  return (call, target, signal) => {
    const { wire, trail } = call;
    const dialect = target.dialect ?? 'openai-chat';
    const codec = codecs[dialect];
    if (!codec) return Promise.reject(unspoken(dialect));
    const passes = wire !== undefined && wire.dialect === dialect && codec.passUpstream !== undefined;
    let upstream: UpstreamBody;
    try {
      upstream =
        (passes && codec.passUpstream?.(wire.body, target, { isStream: call.isStream, headers: wire.headers })) ||
        translate(call, codec, target);
    } catch (error) {
      return Promise.reject(error);
    }
    return openHttpAnswer(ports, {
      codec,
      target,
      upstream,
      wire: passes ? { isStream: call.isStream, hidesUsage: wire.hidesUsage === true } : undefined,
      idempotencyKey: call.idempotencyKey,
      signal,
      bounds: { startBy: call.startBy, deadline: call.deadline, now },
      resolvesWith: 'content',
      onMalformed: (count) => {
        if (count > 0) trail.malformed = (trail.malformed ?? 0) + count;
      },
    });
  };
}

function translate(call: Call, codec: Codec, target: Target): UpstreamBody {
  const upstream = codec.toUpstream(call.toRequest(), target);
  for (const field of upstream.dropped) call.trail.dropped.add(field);
  return upstream;
}

function unspoken(dialect: Dialect): GatewayError {
  return new GatewayError('internal', { message: `This gateway does not speak ${dialect}.` });
}
