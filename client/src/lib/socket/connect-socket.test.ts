import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OfflineError } from '../api/send.ts';
import { connectSocket, type NewsSocket } from './connect-socket.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A socket whose events a test gives by hand. */
function createScriptedSocket() {
  const handlers = new Map<string, (value: never) => void>();
  const tokens: unknown[] = [];
  let auth: ((send: (value: object) => void) => void) | undefined;
  const socket = {
    active: false,
    recovered: false,
    closed: false,
    io: { opts: {} as { transports?: string[] } },
    on(event: string, handler: (value: never) => void) {
      handlers.set(event, handler);
      return socket;
    },
    connect() {
      auth?.((value) => tokens.push(value));
      return socket;
    },
    close() {
      socket.closed = true;
      return socket;
    },
  };
  return {
    socket,
    tokens,
    connect: (options: { auth?: unknown }) => {
      auth = options.auth as typeof auth;
      return socket as unknown as NewsSocket;
    },
    emit: (event: string, value?: unknown) => handlers.get(event)?.(value as never),
  };
}

function setUp(token: (stale: string | undefined) => Promise<string | undefined>) {
  const scripted = createScriptedSocket();
  const told: unknown[] = [];
  const connection = connectSocket({
    token,
    onNews: (news) => told.push(news),
    onConnected: (missed) => told.push({ connected: true, missed }),
    onDisconnected: () => told.push({ connected: false }),
    connect: scripted.connect,
  });
  return { ...scripted, told, connection };
}

describe('the socket', () => {
  it('comes in with the access token and hands on what it hears', async () => {
    const { tokens, emit, told } = setUp(async () => 'one');
    await vi.runAllTimersAsync();
    expect(tokens).toEqual([{ token: 'one' }]);
    emit('connect');
    emit('news', { type: 'session-ended' });
    expect(told).toEqual([{ connected: true, missed: true }, { type: 'session-ended' }]);
  });

  it('has missed nothing when its connection was recovered', async () => {
    const { emit, told, socket } = setUp(async () => 'one');
    await vi.runAllTimersAsync();
    socket.recovered = true;
    emit('connect');
    expect(told).toEqual([{ connected: true, missed: false }]);
  });

  it('renews a token that has expired at once, and waits longer if the new one is refused, too', async () => {
    const token = vi.fn<(stale: string | undefined) => Promise<string>>(async (stale) => (stale ? 'two' : 'one'));
    const { tokens, emit } = setUp(token);
    await vi.advanceTimersByTimeAsync(0);
    emit('connect_error', new Error('token-expired'));
    await vi.advanceTimersByTimeAsync(0);
    expect(token).toHaveBeenLastCalledWith('one');
    expect(tokens).toEqual([{ token: 'one' }, { token: 'two' }]);
    emit('connect_error', new Error('token-expired'));
    await vi.advanceTimersByTimeAsync(500);
    expect(tokens).toHaveLength(2);
    await vi.runAllTimersAsync();
    expect(tokens).toHaveLength(3);
  });

  it('asks again later when the server cannot be asked for a token', async () => {
    const token = vi
      .fn<() => Promise<string>>(async () => 'one')
      .mockRejectedValueOnce(new OfflineError('unreachable', undefined));
    const { tokens } = setUp(token);
    await vi.runAllTimersAsync();
    expect(tokens).toEqual([{ token: 'one' }]);
  });

  it('comes back with a new token after the server closed it, and not without a session', async () => {
    const token = vi.fn<() => Promise<string | undefined>>(async () => 'one');
    const { tokens, emit } = setUp(token);
    await vi.runAllTimersAsync();
    emit('connect');
    emit('disconnect', 'io server disconnect');
    await vi.runAllTimersAsync();
    expect(tokens).toHaveLength(2);
    token.mockResolvedValue(undefined);
    emit('disconnect', 'io server disconnect');
    await vi.runAllTimersAsync();
    expect(tokens).toHaveLength(2);
  });

  it('begins with polling after the way in failed, and leaves the rest to socket.io', async () => {
    const { tokens, emit, socket } = setUp(async () => 'one');
    await vi.runAllTimersAsync();
    socket.active = true;
    emit('connect_error', new Error('websocket error'));
    await vi.runAllTimersAsync();
    expect(tokens).toHaveLength(1);
    expect(socket.io.opts.transports).toEqual(['polling', 'websocket']);
  });

  it('stays closed', async () => {
    const { connection, socket, emit, tokens } = setUp(async () => 'one');
    await vi.runAllTimersAsync();
    connection.close();
    emit('disconnect', 'io client disconnect');
    await vi.runAllTimersAsync();
    expect(socket.closed).toBe(true);
    expect(tokens).toHaveLength(1);
  });
});
