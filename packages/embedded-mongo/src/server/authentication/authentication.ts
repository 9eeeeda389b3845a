import type { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import type { Reply } from '../../commands/command.ts';
import { WireError } from '../../wire/wire-error.ts';
import { CommandError } from '../command-error.ts';
import type { Dispatch } from '../dispatcher.ts';
import { failure, success } from '../reply.ts';
import type { SessionCommands } from '../sessions/session-commands.ts';
import { beginScram, type ScramConversation, type ScramCredentials } from './scram.ts';

/** Lets only those through to the server who know its password. */
export interface Authentication {
  /** The steps of the login, run by the dispatcher like other commands. */
  readonly commands: SessionCommands;
  /** Puts the login before a dispatcher; what comes out rejects when a connection must end. */
  readonly guard: (dispatch: Dispatch) => Dispatch;
  /** Who has logged in on a connection, if anybody has. */
  readonly userOf: (connectionId: number) => string | undefined;
  /** Forgets a connection that has ended. */
  readonly forget: (connectionId: number) => void;
}

interface Login {
  conversation: ScramConversation | undefined;
  skipsEmptyExchange: boolean;
  /** Whether the password was right and the client has only to say that it believes the server, too. */
  isProven: boolean;
  isAuthenticated: boolean;
  failures: number;
}

/** The only mechanism there is to log in with. */
export const MECHANISM = 'SCRAM-SHA-256';
const MAX_FAILURES = 5;
const HANDSHAKES = new Set(['hello', 'isMaster', 'ismaster']);
/** What MongoDB answers to everybody. */
const OPEN_COMMANDS = new Set([
  ...HANDSHAKES,
  'ping',
  'buildInfo',
  'buildinfo',
  'connectionStatus',
  'endSessions',
  'saslStart',
  'saslContinue',
  'logout',
]);

/**
 * Creates a login by SCRAM-SHA-256. Until it succeeds, other commands fail with 13 (Unauthorized); a wrong password
 * fails with 18 (AuthenticationFailed), and a connection ends after five of them.
 * https://www.mongodb.com/docs/manual/core/security-scram/
 */
export function createAuthentication(credentials: ScramCredentials): Authentication {
  const logins = new Map<number, Login>();
  const loginOf = (connectionId: number): Login => {
    const login = logins.get(connectionId) ?? {
      conversation: undefined,
      skipsEmptyExchange: false,
      isProven: false,
      isAuthenticated: false,
      failures: 0,
    };
    logins.set(connectionId, login);
    return login;
  };

  const refuse = (login: Login): never => {
    login.conversation = undefined;
    login.isProven = false;
    login.failures += 1;
    throw new CommandError('AuthenticationFailed', 'Authentication failed.');
  };

  const start = (login: Login, body: Document): Reply => {
    if (body.get('mechanism') !== MECHANISM) {
      throw new CommandError('MechanismUnavailable', `Received authentication for mechanism other than ${MECHANISM}`);
    }
    const options = body.get('options');
    login.skipsEmptyExchange = isDocument(options) && options.get('skipEmptyExchange') === true;
    login.isProven = false;
    login.conversation = beginScram(credentials, payloadOf(body));
    return login.conversation === undefined ? refuse(login) : step(login.conversation.challenge, false);
  };

  const proceed = (login: Login, body: Document): Reply => {
    if (login.isProven) {
      login.isProven = false;
      login.isAuthenticated = true;
      return step('', true);
    }
    const proof = login.conversation?.finish(payloadOf(body));
    if (proof === undefined) return refuse(login);
    login.conversation = undefined;
    if (login.skipsEmptyExchange) login.isAuthenticated = true;
    else login.isProven = true;
    return step(proof, login.skipsEmptyExchange);
  };

  /** What a login offered along with the handshake comes to; a failed one is left out, and the client starts again. */
  const speculate = (login: Login, body: Document): Document | undefined => {
    try {
      return success(start(login, body));
    } catch (error) {
      if (error instanceof CommandError) return undefined;
      throw error;
    }
  };

  const shakeHands = async (
    dispatch: Dispatch,
    body: Document,
    connectionId: number,
    login: Login,
  ): Promise<Document> => {
    const reply = await dispatch(body, connectionId);
    if (body.get('saslSupportedMechs') === `admin.${credentials.user}`) {
      reply.fields.set('saslSupportedMechs', [MECHANISM]);
    }
    const speculation = body.get('speculativeAuthenticate');
    if (!isDocument(speculation)) return reply;
    const first = speculate(login, speculation);
    if (first !== undefined) reply.fields.set('speculativeAuthenticate', first);
    return reply;
  };

  return {
    commands: new Map([
      ['saslStart', async ({ body, connectionId }) => start(loginOf(connectionId), body)],
      ['saslContinue', async ({ body, connectionId }) => proceed(loginOf(connectionId), body)],
      [
        'logout',
        async ({ connectionId }) => {
          loginOf(connectionId).isAuthenticated = false;
          return {};
        },
      ],
    ]),
    guard: (dispatch) => async (body, connectionId) => {
      const name = body.firstName() ?? '';
      const login = loginOf(connectionId);
      if (login.failures >= MAX_FAILURES) throw new WireError('too many failed logins');
      if (HANDSHAKES.has(name)) return shakeHands(dispatch, body, connectionId, login);
      if (login.isAuthenticated || OPEN_COMMANDS.has(name)) return dispatch(body, connectionId);
      return failure(new CommandError('Unauthorized', `Command ${name} requires authentication`));
    },
    userOf: (connectionId) => (logins.get(connectionId)?.isAuthenticated === true ? credentials.user : undefined),
    forget: (connectionId) => {
      logins.delete(connectionId);
    },
  };
}

function step(payload: string, done: boolean): Reply {
  return { conversationId: 1, done, payload: { kind: 'binData', subtype: 0, bytes: Buffer.from(payload) } };
}

function payloadOf(body: Document): string {
  const payload: Value | undefined = body.get('payload');
  if (typeof payload === 'string') return Buffer.from(payload, 'base64').toString('utf8');
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload) || payload.kind !== 'binData') {
    throw new CommandError('BadValue', 'the payload of a login must be binary');
  }
  return payload.bytes.toString('utf8');
}
