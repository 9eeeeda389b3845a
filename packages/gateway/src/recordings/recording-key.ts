import { createHash } from 'node:crypto';
import { GatewayError } from '../core/gateway-error.ts';
import { isAttemptOf, parseEventId } from './event-id.ts';
import type { EventPlace } from './event-id.ts';

const longestKey = 255;

/** The log of a caller's key; neither can be read from it. Throws `bad-request` when the key is none. */
export function logIdOf(caller: string, key: string): string {
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > longestKey) {
    const message = `The idempotency key must have 1 to ${longestKey} visible ASCII characters.`;
    throw new GatewayError('bad-request', { message, param: 'Idempotency-Key' });
  }
  return `recordings/${digestOf(`${caller}\n${key}`)}`;
}

/** The place a `Last-Event-ID` names. Throws `bad-request` when the gateway never wrote such an id for that log. */
export function placeOf(lastEventId: string | undefined, logId: string): EventPlace | undefined {
  if (lastEventId === undefined) return undefined;
  const place = parseEventId(lastEventId);
  if (place === undefined || !isAttemptOf(place.attempt, logId)) throw unknownEvent();
  return place;
}

interface Known {
  readonly attempt: string;
  /** Digest of the request's body. */
  readonly body: string;
  /** Number of the last event; absent when it is not known here. */
  readonly last: number | undefined;
}

/** Throws when a request with this body must not read that recording, or not from that place. */
export function checkRecording(known: Known, body: string, place: EventPlace | undefined): void {
  if (known.body !== body) {
    throw new GatewayError('idempotency-mismatch', {
      message: 'This idempotency key was used with another request body.',
      param: 'Idempotency-Key',
    });
  }
  if (place === undefined) return;
  if (place.attempt !== known.attempt) throw cannotContinue();
  if (known.last !== undefined && place.number > known.last) throw unknownEvent();
}

function unknownEvent(): GatewayError {
  const message = 'The Last-Event-ID is not one of this answer.';
  return new GatewayError('bad-request', { message, param: 'Last-Event-ID' });
}

export function cannotContinue(): GatewayError {
  return new GatewayError('recording-lost', {
    message: 'The answer of this Last-Event-ID cannot be continued. Ask without it for a new one.',
    param: 'Last-Event-ID',
  });
}

export function digestOf(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
