import { describe, expect, it } from 'vitest';
import { readAppMessage } from './app-message.ts';

const rpc = (message: object) => ({ jsonrpc: '2.0', ...message });

describe('what an app says', () => {
  it('is one of the messages of the protocol', () => {
    expect(readAppMessage(rpc({ method: 'ui/notifications/size-changed', params: { width: 1, height: 20 } }))).toEqual({
      kind: 'size',
      height: 20,
    });
    expect(readAppMessage(rpc({ id: 'a', method: 'ui/open-link', params: { url: 'https://example.com' } }))).toEqual({
      kind: 'open-link',
      id: 'a',
      url: 'https://example.com',
    });
    expect(readAppMessage(rpc({ id: 0, method: 'tools/call', params: { name: 'x' } }))).toEqual({
      kind: 'request',
      id: 0,
      method: 'tools/call',
    });
    expect(readAppMessage(rpc({ id: 7, result: {} }))).toEqual({ kind: 'answer', id: 7 });
  });

  it('is too much above 64 KB', () => {
    const text = 'x'.repeat(64 * 1024);
    expect(readAppMessage(rpc({ id: 1, method: 'ping', params: { text } }))).toEqual({ kind: 'oversized' });
  });

  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  it.each([
    undefined,
    null,
    'hello',
    7,
    [],
    circle,
    { n: 1n },
    { method: 'ui/notifications/initialized' },
    rpc({ method: 'ui/notifications/unheard-of' }),
    rpc({ method: 'ui/notifications/size-changed', params: { height: 'tall' } }),
    rpc({ method: 'ui/notifications/size-changed', params: { height: Number.NaN } }),
    rpc({ id: { toString: () => 'x' }, method: 'ping' }),
    'x'.repeat(100_000),
  ])('is not heard when it is anything else: %#', (message) => {
    expect(readAppMessage(message)).toBeUndefined();
  });
});
