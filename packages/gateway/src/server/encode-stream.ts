import { cancelled, toGatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import { createChatEncoder } from '../dialects/openai-chat/to-stream.ts';
import type { Outlet } from './answer-sink.ts';
import type { CallRecord } from './call-record.ts';

export interface EncodeOptions {
  readonly model: string;
  readonly includeUsage: boolean;
}

/** Sends model events as a chat completion stream. An error before the first event keeps its HTTP status. */
export async function encodeStream(
  outlet: Outlet,
  events: AsyncIterable<ModelEvent>,
  { model, includeUsage }: EncodeOptions,
): Promise<CallRecord> {
  const sink = outlet.open();
  const encode = createChatEncoder({ model, created: Math.floor(Date.now() / 1000), includeUsage });
  let record: CallRecord = {};
  try {
    for await (const event of events) {
      if (event.type === 'failure') throw event.error;
      if (event.type === 'usage') record = { usage: event.usage };
      await sink.write(encode(event));
    }
    sink.end();
    return record;
  } catch (thrown) {
    const error = outlet.signal.aborted ? cancelled(thrown) : toGatewayError(thrown);
    sink.fail(error);
    return { ...record, error };
  }
}
