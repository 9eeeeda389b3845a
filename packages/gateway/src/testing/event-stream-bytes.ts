import { EventStreamCodec } from '@smithy/eventstream-codec';

/** A message of an AWS event stream in readable form; one of `event` and `exception` names it. */
export interface EventStreamMessage {
  readonly event?: string;
  readonly exception?: string;
  readonly payload: unknown;
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

const text = (value: string) => ({ type: 'string', value }) as const;

/** The bytes of `messages` as AWS's own code writes them. */
export function eventStreamBytes(messages: readonly EventStreamMessage[]): Buffer {
  const pieces = messages.map(({ event, exception, payload }) =>
    codec.encode({
      headers: {
        ...(exception === undefined
          ? { ':event-type': text(event ?? ''), ':message-type': text('event') }
          : { ':exception-type': text(exception), ':message-type': text('exception') }),
        ':content-type': text('application/json'),
      },
      body: Buffer.from(JSON.stringify(payload)),
    }),
  );
  return Buffer.concat(pieces);
}
