import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deserialize, type Document } from 'bson';

/** A socket to a server's unix socket, for messages no driver would send. */
export async function openSocket(path: string): Promise<Socket> {
  const socket = connect(path);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** The answer to bytes sent on a fresh connection; undefined when the server closes it instead. */
export async function exchangeBytes(path: string, bytes: Buffer): Promise<Document | undefined> {
  const socket = await openSocket(path);
  const answer = await new Promise<Buffer | undefined>((resolve) => {
    socket.once('data', (chunk) => resolve(Buffer.from(chunk)));
    socket.once('close', () => resolve(undefined));
    socket.write(bytes);
  });
  socket.destroy();
  if (answer === undefined) return undefined;
  return deserialize(answer.subarray(answer.readInt32LE(12) === 1 ? 36 : 21));
}
