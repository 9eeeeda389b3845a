import { ByteWriter } from '../bson/byte-writer.ts';
import type { Document } from '../bson/document.ts';
import { writeDocument } from '../bson/encode-document.ts';

const OP_REPLY = 1;
const OP_MSG = 2013;
let nextRequestId = 0;

const AWAIT_CAPABLE = 8;

/** The flag of an OP_REPLY that holds an error instead of documents. */
export const QUERY_FAILURE = 2;
/** The flag of an OP_MSG that another one follows unasked. */
export const MORE_TO_COME = 2;

/** The wire message that answers a request. */
export function encodeReply(
  responseTo: number,
  isLegacy: boolean,
  document: Document,
  flags = isLegacy ? AWAIT_CAPABLE : 0,
): Buffer {
  const writer = new ByteWriter(1024);
  nextRequestId = (nextRequestId + 1) & 0x7fff_ffff;
  writer.int32(0);
  writer.int32(nextRequestId);
  writer.int32(responseTo);
  writer.int32(isLegacy ? OP_REPLY : OP_MSG);
  if (isLegacy) {
    writer.int32(flags);
    writer.int64(0n);
    writer.int32(0);
    writer.int32(1);
  } else {
    writer.int32(flags);
    writer.byte(0);
  }
  writeDocument(writer, document);
  writer.patchInt32(0, writer.length);
  return writer.finish();
}
