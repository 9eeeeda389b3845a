import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createBusyPoll } from './busy-poll.ts';
import { serveConnection } from './connection.ts';
import { success } from './reply.ts';

it('ends a connection whose message never comes to its end', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-connection-'));
  const logged: string[] = [];
  const connections = new Map();
  const server = createServer((socket) =>
    serveConnection({
      socket,
      connections,
      dispatch: async () => success({}),
      onClosed: () => {},
      busyPoll: createBusyPoll(),
      log: (_level, message) => logged.push(message),
      messageMilliseconds: 20,
    }),
  );
  server.listen(join(directory, 'socket'));
  await once(server, 'listening');
  const socket = connect(join(directory, 'socket'));
  socket.resume();
  const ended = once(socket, 'close');
  socket.write(Buffer.from([100, 0, 0, 0, 1]));
  await ended;
  expect(logged).toEqual([expect.stringContaining('a message did not arrive in time')]);
  await expect.poll(() => connections.size).toBe(0);
  server.close();
  rmSync(directory, { recursive: true, force: true });
});
