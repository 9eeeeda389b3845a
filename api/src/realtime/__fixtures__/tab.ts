import { newsSchema, realtimePath } from '@parley/contracts';
import type { ClientToServerEvents, News, ServerToClientEvents } from '@parley/contracts';
import { io } from 'socket.io-client';
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';

/** A tab on the news channel and what it has heard, held against the contract. */
export interface Tab {
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  readonly news: News[];
}

export type TabOptions = Partial<ManagerOptions & SocketOptions>;

/** Begins to connect; comes back quickly when the line is cut. */
export function connectTab(url: string, token: string | undefined, options: TabOptions = {}): Tab {
  const socket: Tab['socket'] = io(url, {
    path: realtimePath,
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 10,
    reconnectionDelayMax: 50,
    ...(token === undefined ? {} : { auth: { token } }),
    ...options,
  });
  const news: News[] = [];
  socket.on('news', (one) => news.push(newsSchema.parse(one)));
  return { socket, news };
}

/** Resolves at the next such event of a tab's socket, to what comes with it. */
export async function heard(socket: Tab['socket'], event: 'connect' | 'disconnect' | 'connect_error'): Promise<unknown> {
  return await new Promise((resolve) => socket.once(event, (detail?: unknown) => resolve(detail)));
}

/** A connected tab. Disconnect it when the test is over. */
export async function openTab(url: string, token: string, options?: TabOptions): Promise<Tab> {
  const tab = connectTab(url, token, options);
  await heard(tab.socket, 'connect');
  return tab;
}
