import { McpError } from '../core/mcp-error.ts';

interface BodyBounds {
  /** Of the whole body; absent for streams that have no end. */
  readonly totalBytes?: number;
  /** Of one event and of one line, for event streams. */
  readonly eventBytes?: number;
  readonly lineBytes?: number;
}

const lineFeed = 10;
const carriageReturn = 13;

/** The same bytes, as long as they keep within the bounds; then the stream fails with a `too-large` error. */
export function boundBody(
  body: ReadableStream<Uint8Array>,
  bounds: BodyBounds,
  onFailure: (error: McpError) => void,
): ReadableStream<Uint8Array> {
  const { totalBytes = Infinity, eventBytes = Infinity, lineBytes = Infinity } = bounds;
  const countsLines = eventBytes !== Infinity || lineBytes !== Infinity;
  let total = 0;
  let event = 0;
  let line = 0;
  let endedInCarriageReturn = false;

  function countLines(chunk: Uint8Array): boolean {
    let start = endedInCarriageReturn && chunk[0] === lineFeed ? 1 : 0;
    endedInCarriageReturn = chunk.at(-1) === carriageReturn;
    while (start < chunk.length) {
      const end = endOfLine(chunk, start);
      line += (end === -1 ? chunk.length : end) - start;
      event += (end === -1 ? chunk.length : end) - start;
      if (line > lineBytes || event > eventBytes) return false;
      if (end === -1) return true;
      if (line === 0) event = 0;
      line = 0;
      start = end + 1;
      if (chunk[end] === carriageReturn && chunk[start] === lineFeed) start += 1;
    }
    return true;
  }

  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        total += chunk.length;
        if (total <= totalBytes && (!countsLines || countLines(chunk))) return controller.enqueue(chunk);
        const error = new McpError('too-large', 'The server’s answer is too large.', { mayHaveRun: true });
        onFailure(error);
        return controller.error(error);
      },
    }),
  );
}

/** The beginning of a body, for error texts; the rest is not read. */
export async function readBeginning(body: ReadableStream<Uint8Array>, bytes: number): Promise<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let read = 0;
  try {
    while (read < bytes) {
      const { value, done } = await reader.read();
      if (done) break;
      read += value.length;
      text += decoder.decode(value.subarray(0, Math.max(0, value.length - (read - bytes))), { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return text;
}

function endOfLine(chunk: Uint8Array, start: number): number {
  const feed = chunk.indexOf(lineFeed, start);
  const carriage = chunk.indexOf(carriageReturn, start);
  if (feed === -1) return carriage;
  return carriage === -1 ? feed : Math.min(feed, carriage);
}
