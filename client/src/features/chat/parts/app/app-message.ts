import * as z from 'zod/mini';

/** What an app, or the frame around it, says to us; everything else is not heard. */
export type AppMessage =
  | { readonly kind: 'oversized' }
  | { readonly kind: 'frame-ready' }
  | { readonly kind: 'pong'; readonly nonce: string }
  | { readonly kind: 'initialized' }
  | { readonly kind: 'size'; readonly height: number }
  | { readonly kind: 'answer'; readonly id: MessageId }
  | { readonly kind: 'open-link'; readonly id: MessageId; readonly url: string }
  | { readonly kind: 'request'; readonly id: MessageId; readonly method: string };

/** How JSON-RPC tells requests apart. */
export type MessageId = string | number;

/** Characters of one message. */
const longest = 64 * 1024;

const rpc = { jsonrpc: z.literal('2.0') };
const id = z.union([z.string().check(z.maxLength(200)), z.number()]);
const notification = <Method extends string>(method: Method) => ({ ...rpc, method: z.literal(method) });

const messageSchema = z.union([
  z.pipe(
    z.object(notification('ui/notifications/sandbox-proxy-ready')),
    z.transform((): AppMessage => ({ kind: 'frame-ready' })),
  ),
  z.pipe(
    z.object({ ...notification('ui/notifications/sandbox-pong'), params: z.object({ nonce: z.string() }) }),
    z.transform(({ params }): AppMessage => ({ kind: 'pong', ...params })),
  ),
  z.pipe(
    z.object(notification('ui/notifications/initialized')),
    z.transform((): AppMessage => ({ kind: 'initialized' })),
  ),
  z.pipe(
    z.object({ ...notification('ui/notifications/size-changed'), params: z.object({ height: z.number() }) }),
    z.transform(({ params }): AppMessage => ({ kind: 'size', height: params.height })),
  ),
  z.pipe(
    z.object({ ...notification('ui/open-link'), id, params: z.object({ url: z.string().check(z.maxLength(8_000)) }) }),
    z.transform((message): AppMessage => ({ kind: 'open-link', id: message.id, url: message.params.url })),
  ),
  z.pipe(
    z.object({ ...rpc, id, method: z.string().check(z.maxLength(200)) }),
    z.transform((message): AppMessage => ({ kind: 'request', id: message.id, method: message.method })),
  ),
  z.pipe(
    z.object({ ...rpc, id, method: z.optional(z.undefined()) }),
    z.transform((message): AppMessage => ({ kind: 'answer', id: message.id })),
  ),
]);

/** A message as one of those we know, `oversized` above 64 KB; undefined for any other. */
export function readAppMessage(message: unknown): AppMessage | undefined {
  if (typeof message !== 'object') return undefined;
  const length = lengthOf(message);
  if (length === undefined) return undefined;
  if (length > longest) return { kind: 'oversized' };
  const parsed = z.safeParse(messageSchema, message);
  return parsed.success ? parsed.data : undefined;
}

/** Characters as JSON. A window may send what JSON cannot say; an app may not. */
function lengthOf(message: object | null): number | undefined {
  try {
    return JSON.stringify(message).length;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
