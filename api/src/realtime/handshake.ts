import { handshakeRefusals, problem, ProblemError } from '@parley/contracts';
import type { HandshakeRefusal } from '@parley/contracts';
import type { Logger } from 'pino';
import * as z from 'zod/mini';
import type { Actor } from '../access/actor.ts';
import { sessionRoom } from './rooms.ts';
import type { RealtimeSocket } from './socket-server.ts';

/** Tabs of one device, on one replica. */
const mostTabs = 60;

const authSchema = z.object({ token: z.string().check(z.maxLength(4096)) });

/** Who an access token speaks for. Throws a problem for a token that is not good. */
export type VerifyToken = (
  token: string,
  options: { readonly mayHaveExpired: boolean },
) => Promise<Pick<Actor, 'userId' | 'sessionId'>>;

interface HandshakeOptions {
  readonly verify: VerifyToken;
  readonly isClosing: () => boolean;
  readonly log: Logger;
}

type Middleware = (socket: RealtimeSocket, next: (error?: Error) => void) => void;

/** Lets in whoever has a good access token; the others get a `connect_error` with one of `handshakeRefusals`. */
export function createHandshake({ verify, isClosing, log }: HandshakeOptions): Middleware {
  async function admit(socket: RealtimeSocket): Promise<void> {
    if (isClosing()) throw problem('not-ready');
    const auth = authSchema.safeParse(socket.handshake.auth);
    // What is kept of a handshake travels to other replicas when they ask who is here.
    socket.handshake.auth = {};
    if (!auth.success) throw problem('not-authenticated');
    // Its session goes on (see `guardRecovery`), and a line that is cut long after the sign-in is the common case.
    const { userId, sessionId } = await verify(auth.data.token, { mayHaveExpired: socket.recovered });
    const isAnother = socket.recovered && (socket.data.userId !== userId || socket.data.sessionId !== sessionId);
    if (isAnother) throw problem('not-authenticated');
    const tabs = socket.nsp.adapter.rooms.get(sessionRoom(sessionId))?.size ?? 0;
    if (tabs >= mostTabs) throw problem('not-ready');
    socket.data.userId = userId;
    socket.data.sessionId = sessionId;
  }

  /** Lets a socket in, or tells it why not. */
  async function decide(socket: RealtimeSocket, next: (error?: Error) => void): Promise<void> {
    try {
      await admit(socket);
    } catch (error) {
      if (!(error instanceof ProblemError)) log.warn({ err: error }, 'A socket could not be let in');
      next(new Error(refusalOf(error)));
      return;
    }
    next();
  }

  return (socket, next) => {
    void decide(socket, next);
  };
}

function refusalOf(error: unknown): HandshakeRefusal {
  if (!(error instanceof ProblemError)) return 'not-ready';
  return handshakeRefusals.find((refusal) => refusal === error.code) ?? 'not-ready';
}
