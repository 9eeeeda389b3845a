import { Document } from '../bson/document.ts';
import { validateDocument } from '../bson/validate-document.ts';
import type { Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { crc32c } from './crc32c.ts';
import { MAX_COMMAND_DEPTH } from './limits.ts';
import { WireError } from './wire-error.ts';

const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
const EXHAUST_ALLOWED = 0x1_0000;
const REQUIRED_BITS = 0xffff;

/** MongoDB's code for a query of the legacy opcode. */
export const OP_QUERY_GONE = 5_739_101;

/** A request of either opcode a driver uses. */
export interface WireRequest {
  readonly requestId: number;
  /** OP_QUERY is answered by OP_REPLY; drivers send it for the first handshake only. */
  readonly isLegacy: boolean;
  /** Whether the client wants no answer. */
  readonly isSilent: boolean;
  /** Whether the client takes several answers, so that it need not ask for every further batch of a cursor. */
  readonly takesStream: boolean;
  readonly body: Document;
}

/** Parses one whole message; throws WireError when the connection must end, CommandError when an answer is possible. */
export function parseMessage(message: Buffer): WireRequest {
  const requestId = message.readInt32LE(4);
  const operation = message.readInt32LE(12);
  if (operation === OP_MSG) return parseOpMsg(message, requestId);
  if (operation === OP_QUERY) return parseOpQuery(message, requestId);
  throw new WireError(`opcode ${String(operation)} is not supported`);
}

function parseOpMsg(message: Buffer, requestId: number): WireRequest {
  if (message.length < 26) throw new WireError('OP_MSG too short');
  const flags = message.readUInt32LE(16);
  if ((flags & REQUIRED_BITS & ~(CHECKSUM_PRESENT | MORE_TO_COME)) !== 0) throw new WireError('unknown OP_MSG flag');
  let end = message.length;
  if ((flags & CHECKSUM_PRESENT) !== 0) {
    end -= 4;
    if (crc32c(message.subarray(0, end)) !== message.readUInt32LE(end)) throw new WireError('OP_MSG checksum mismatch');
  }
  return {
    requestId,
    isLegacy: false,
    isSilent: (flags & MORE_TO_COME) !== 0,
    takesStream: (flags & EXHAUST_ALLOWED) !== 0,
    body: parseSections(message, 20, end),
  };
}

function parseSections(message: Buffer, start: number, end: number): Document {
  let body: Document | undefined;
  const sequences = new Map<string, Value[]>();
  let at = start;
  while (at < end) {
    const kind = message.readUInt8(at);
    const length = sectionLength(message, at + 1, end);
    const section = message.subarray(at + 1, at + 1 + length);
    if (kind === 0) {
      if (body !== undefined) throw new WireError('two bodies in one OP_MSG');
      body = parseDocument(section);
    } else if (kind === 1) {
      const [name, documents] = parseSequence(section);
      if (sequences.has(name)) throw new WireError(`two sequences named ${name}`);
      sequences.set(name, documents);
    } else throw new WireError(`OP_MSG section kind ${String(kind)}`);
    at += 1 + length;
  }
  if (body === undefined) throw new WireError('OP_MSG without body');
  if (sequences.size === 0) body.index();
  for (const [name, documents] of sequences) {
    if (body.has(name)) throw new WireError(`field ${name} is both in the body and a sequence`);
    body.fields.set(name, documents);
  }
  return body;
}

function sectionLength(message: Buffer, at: number, end: number): number {
  if (at + 4 > end) throw new WireError('OP_MSG section cut short');
  const length = message.readInt32LE(at);
  if (length < 5 || at + length > end) throw new WireError('OP_MSG section length out of bounds');
  return length;
}

function parseSequence(section: Buffer): [string, Value[]] {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd === -1) throw new WireError('document sequence without name');
  const documents: Value[] = [];
  let at = nameEnd + 1;
  while (at < section.length) {
    const length = sectionLength(section, at, section.length);
    documents.push(parseDocument(section.subarray(at, at + length)));
    at += length;
  }
  return [section.toString('utf8', 4, nameEnd), documents];
}

function parseDocument(bytes: Buffer): Document {
  validateDocument(bytes, MAX_COMMAND_DEPTH);
  return new Document(bytes);
}

/** The handshake of drivers that do not know the server yet. */
function parseOpQuery(message: Buffer, requestId: number): WireRequest {
  const nameEnd = message.indexOf(0, 20);
  const at = nameEnd + 9;
  if (nameEnd === -1 || at + 5 > message.length) throw new WireError('OP_QUERY too short');
  const length = sectionLength(message, at, message.length);
  const body = parseDocument(message.subarray(at, at + length));
  const namespace = message.toString('utf8', 20, nameEnd);
  const command = body.firstName() ?? '';
  if (!namespace.endsWith('.$cmd')) {
    throw new CommandError(
      OP_QUERY_GONE,
      'OP_QUERY is no longer supported. The client driver may require an upgrade. For more details see https://dochub.mongodb.org/core/legacy-opcode-removal',
    );
  }
  const isHandshake = ['hello', 'isMaster', 'ismaster'].includes(command);
  if (!isHandshake) {
    throw new CommandError(
      'UnsupportedOpQueryCommand',
      `Unsupported OP_QUERY command: ${command}. The client driver may require an upgrade.`,
    );
  }
  return { requestId, isLegacy: true, isSilent: false, takesStream: false, body };
}

/** Whether a message is of the legacy opcode, for answers to messages that could not be parsed. */
export function isLegacyMessage(message: Buffer): boolean {
  return message.readInt32LE(12) === OP_QUERY;
}
