import { CommandError } from '../server/command-error.ts';

/** Checks that bytes are one well-formed BSON document nested at most `maxDepth` deep; throws InvalidBSON or Overflow. */
export function validateDocument(bytes: Buffer, maxDepth: number): void {
  const end = checkDocument(bytes, 0, bytes.length, maxDepth);
  if (end !== bytes.length) throw invalid('length does not match the document');
}

function invalid(reason: string): CommandError {
  return new CommandError('InvalidBSON', `Invalid BSON: ${reason}`);
}

function checkDocument(bytes: Buffer, at: number, limit: number, depth: number): number {
  if (depth < 0) throw new CommandError('Overflow', 'BSONObj exceeded the maximum nested object depth');
  if (at + 5 > limit) throw invalid('document too short');
  const length = bytes.readInt32LE(at);
  const end = at + length;
  if (length < 5 || end > limit) throw invalid('document length out of bounds');
  if (bytes[end - 1] !== 0) throw invalid('document without end');
  let position = at + 4;
  while (position < end - 1) {
    const type = bytes.readUInt8(position);
    const start = afterName(bytes, position + 1, end - 1);
    position = checkValue(bytes, type, start, end - 1, depth);
  }
  if (position !== end - 1) throw invalid('element runs past its document');
  return end;
}

function afterName(bytes: Buffer, at: number, limit: number): number {
  let end = at;
  while (end < limit && bytes[end] !== 0) end += 1;
  if (end >= limit) throw invalid('unterminated name');
  return end + 1;
}

function within(end: number, limit: number): number {
  if (end > limit) throw invalid('value out of bounds');
  return end;
}

function checkLength(bytes: Buffer, at: number, limit: number): number {
  within(at + 4, limit);
  const length = bytes.readInt32LE(at);
  if (length < 0) throw invalid('negative length');
  return length;
}

function checkString(bytes: Buffer, at: number, limit: number): number {
  const length = checkLength(bytes, at, limit);
  if (length < 1) throw invalid('string without end');
  const end = within(at + 4 + length, limit);
  if (bytes[end - 1] !== 0) throw invalid('string without end');
  return end;
}

function checkValue(bytes: Buffer, type: number, at: number, limit: number, depth: number): number {
  switch (type) {
    case 0x06:
    case 0x0a:
    case 0x7f:
    case 0xff:
      return at;
    case 0x08:
      within(at + 1, limit);
      if (bytes.readUInt8(at) > 1) throw invalid('boolean that is neither 0 nor 1');
      return at + 1;
    case 0x01:
    case 0x09:
    case 0x11:
    case 0x12:
      return within(at + 8, limit);
    case 0x10:
      return within(at + 4, limit);
    case 0x07:
      return within(at + 12, limit);
    case 0x13:
      return within(at + 16, limit);
    case 0x02:
    case 0x0d:
    case 0x0e:
      return checkString(bytes, at, limit);
    case 0x03:
    case 0x04:
      return checkDocument(bytes, at, limit, depth - 1);
    case 0x05:
      return within(at + 5 + checkLength(bytes, at, limit), limit);
    case 0x0b:
      return afterName(bytes, afterName(bytes, at, limit), limit);
    case 0x0c:
      return within(checkString(bytes, at, limit) + 12, limit);
    case 0x0f: {
      const end = within(at + checkLength(bytes, at, limit), limit);
      if (end < at + 14) throw invalid('code with scope too short');
      if (checkDocument(bytes, checkString(bytes, at + 4, end), end, depth - 1) !== end) throw invalid('scope length');
      return end;
    }
    default:
      throw invalid(`unknown type 0x${type.toString(16)}`);
  }
}
