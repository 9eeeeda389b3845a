import { expect } from 'vitest';
import type { TestUser } from '../../test-client.ts';

/** Reads the stream of a generation of the app at `url` until it is closed. */
export async function readToTheEnd(url: string, streamUrl: string, { accessToken }: TestUser): Promise<void> {
  const address = new URL(streamUrl, url);
  let offset = '-1';
  for (;;) {
    address.search = new URLSearchParams({ offset, live: 'long-poll' }).toString();
    const response = await fetch(address, { headers: { Authorization: `Bearer ${accessToken}` } });
    await response.arrayBuffer();
    if (response.headers.get('Stream-Closed') === 'true') return;
    offset = response.headers.get('Stream-Next-Offset') ?? '';
    expect(offset).not.toBe('');
  }
}
