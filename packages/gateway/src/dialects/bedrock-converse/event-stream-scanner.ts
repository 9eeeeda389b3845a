import { crc32 } from 'node:zlib';
import type { Frame, FrameScanner } from '../../core/codec.ts';
import { GatewayError } from '../../core/gateway-error.ts';

const preludeBytes = 12;
/** The prelude and the checksum behind the payload. */
const smallestMessage = preludeBytes + 4;
const defaultMaxMessageBytes = 32 * 1024 * 1024;

/**
 * Cuts bytes into messages of `application/vnd.amazon.eventstream`
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html). A frame is named after its
 * `:event-type`, or after the type of the exception it is; its data is the payload as text. Both checksums are checked:
 * a wrong one, and a message above `maxMessageBytes`, throws `stream-malformed`, for what follows cannot be found.
 */
export function createEventStreamScanner({ maxMessageBytes = defaultMaxMessageBytes } = {}): FrameScanner {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  /** How many bytes must be there before there is something to do. */
  let wanted = preludeBytes;

  function take(): Frame[] {
    let bytes = pending.length === 1 && pending[0] ? pending[0] : Buffer.concat(pending);
    const frames: Frame[] = [];
    wanted = preludeBytes;
    while (bytes.length >= wanted) {
      const length = readLength(bytes, maxMessageBytes);
      wanted = length;
      if (bytes.length < length) break;
      frames.push(readMessage(bytes.subarray(0, length)));
      bytes = bytes.subarray(length);
      wanted = preludeBytes;
    }
    pending = bytes.length === 0 ? [] : [bytes];
    pendingBytes = bytes.length;
    return frames;
  }

  return {
    push(chunk) {
      pending.push(chunk);
      pendingBytes += chunk.length;
      return pendingBytes < wanted ? [] : take();
    },
    end() {
      if (pendingBytes === 0) return [];
      const raw = Buffer.concat(pending);
      pending = [];
      pendingBytes = 0;
      return [{ raw, data: undefined, isComplete: false }];
    },
  };
}

/** The length of the message that begins here, once its prelude has proved right. */
function readLength(bytes: Buffer, limit: number): number {
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) throw malformed('a prelude with a wrong checksum');
  const length = bytes.readUInt32BE(0);
  if (length > limit) throw malformed('a message that is too large');
  if (length < smallestMessage + bytes.readUInt32BE(4)) throw malformed('a message with impossible lengths');
  return length;
}

function readMessage(raw: Buffer): Frame {
  const end = raw.length - 4;
  if (crc32(raw.subarray(0, end)) !== raw.readUInt32BE(end)) throw malformed('a message with a wrong checksum');
  const payloadStart = preludeBytes + raw.readUInt32BE(4);
  const headers = readHeaders(raw.subarray(preludeBytes, payloadStart));
  const data = raw.toString('utf8', payloadStart, end);
  switch (headers.get(':message-type')) {
    case 'exception':
      return { raw, name: headers.get(':exception-type') ?? 'exception', data, isComplete: true };
    case 'error': {
      const message = headers.get(':error-message') ?? '';
      const code = headers.get(':error-code') ?? '';
      return { raw, name: 'exception', data: JSON.stringify({ message, code }), isComplete: true };
    }
    default:
      return { raw, name: headers.get(':event-type'), data, isComplete: true };
  }
}

const stringType = 7;
/** Bytes of the value, by its type; types 6 and 7 say their length themselves. */
const valueBytes: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };

/** The headers whose values are texts; those of other kinds are stepped over. */
function readHeaders(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  try {
    for (let at = 0; at < bytes.length;) {
      const nameEnd = at + 1 + bytes.readUInt8(at);
      const name = bytes.toString('utf8', at + 1, nameEnd);
      const type = bytes.readUInt8(nameEnd);
      const fixed = valueBytes[type];
      if (fixed === undefined && type !== stringType && type !== 6) throw malformed('a header of an unknown type');
      const start = nameEnd + (fixed === undefined ? 3 : 1);
      at = start + (fixed ?? bytes.readUInt16BE(nameEnd + 1));
      if (at > bytes.length) throw malformed('a header that is cut short');
      if (type === stringType) headers.set(name, bytes.toString('utf8', start, at));
    }
  } catch (error) {
    throw error instanceof RangeError ? malformed('a header that is cut short') : error;
  }
  return headers;
}

function malformed(what: string): GatewayError {
  return new GatewayError('stream-malformed', { message: `The provider sent ${what}.` });
}
