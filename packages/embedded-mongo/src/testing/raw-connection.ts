import { once } from 'node:events';
import { connect } from 'node:net';
import { deserialize, serialize, type Document } from 'bson';
import { createMessageFramer } from '../wire/message-framer.ts';

/** A connection that sends commands as they are: no driver adds sessions, numbers or retries. */
export interface RawConnection {
  /** The server's answer, whether it is a success or a failure. */
  send(command: Document): Promise<Document>;
  close(): void;
}

/** Connects to the unix socket of a store's connection string. */
export async function openRawConnection(uri: string): Promise<RawConnection> {
  const socket = connect(decodeURIComponent(uri.slice('mongodb://'.length, uri.indexOf('/?'))));
  const framer = createMessageFramer();
  const waiting: ((answer: Document) => void)[] = [];
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    for (const message of framer.push(chunk))
      waiting.shift()?.(deserialize(message.subarray(21), { promoteLongs: false }));
  });
  await once(socket, 'connect');
  return {
    send: (command) => {
      const body = serialize(command);
      const header = Buffer.alloc(21);
      header.writeInt32LE(header.length + body.length, 0);
      header.writeInt32LE(1, 4);
      header.writeInt32LE(2013, 12);
      return new Promise((resolve) => {
        waiting.push(resolve);
        socket.write(Buffer.concat([header, body]));
      });
    },
    close: () => socket.destroy(),
  };
}
