import { transferRoutes } from '@parley/contracts';
import type { Import } from '@parley/contracts';
import { expect, vi } from 'vitest';
import type { TestUser } from '../../test-client.ts';

interface Server {
  readonly url: string;
}

/** Sends a file to be imported. */
export async function sendImport(
  { url }: Server,
  { accessToken }: TestUser,
  content: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  name = 'conversations.json',
): Promise<Response> {
  const query = new URLSearchParams({ name });
  return await fetch(`${url}${transferRoutes.startImport.path}?${query.toString()}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/octet-stream' },
    body: content,
    ...(content instanceof ReadableStream ? { duplex: 'half' } : {}),
  });
}

/** What an import has come to when it has ended. */
export async function endOfImport({ url }: Server, { accessToken }: TestUser, id: Import['id']): Promise<Import> {
  const address = url + transferRoutes.readImport.path.replace(':id', id);
  return await vi.waitFor(
    async () => {
      const response = await fetch(address, { headers: { Authorization: `Bearer ${accessToken}` } });
      const found = transferRoutes.readImport.response.parse(await response.json());
      expect(found.state).not.toMatch(/waiting|running/);
      return found;
    },
    { timeout: 60_000, interval: 50 },
  );
}

/** Imports a value as a file, to the end. */
export async function importValue(server: Server, user: TestUser, value: unknown): Promise<Import> {
  const response = await sendImport(server, user, typeof value === 'string' ? value : JSON.stringify(value));
  expect(response.status).toBe(202);
  const { id } = transferRoutes.startImport.response.parse(await response.json());
  return await endOfImport(server, user, id);
}
