import { buildDocument } from '../bson/build-document.ts';
import type { Document } from '../bson/document.ts';
import { int, isDocument, type Value } from '../bson/value.ts';
import { WireError } from '../wire/wire-error.ts';
import { CommandError } from './command-error.ts';
import type { Dispatch } from './dispatcher.ts';
import { failure } from './reply.ts';
import { beginScram, type ScramConversation, type ScramCredentials } from './scram.ts';

/** Lets only those through to the server who know its password. */
export interface Authentication {
  /** The dispatcher behind the login; it rejects when a connection must end. */
  readonly dispatch: Dispatch;
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

const MECHANISM = 'SCRAM-SHA-256';
const CONVERSATION = int(1);
const MAX_FAILURES = 5;
const HANDSHAKES = new Set(['hello', 'isMaster', 'ismaster']);
/** What MongoDB answers to everybody. */
const OPEN_COMMANDS = new Set([...HANDSHAKES, 'ping', 'buildInfo', 'buildinfo', 'connectionStatus', 'endSessions']);

/**
 * Puts a login by SCRAM-SHA-256 before a dispatcher. Until it succeeds, other commands fail with 13 (Unauthorized); a
 * wrong password fails with 18 (AuthenticationFailed), and a connection ends after five of them.
 * https://www.mongodb.com/docs/manual/core/security-scram/
 */
export function createAuthentication(credentials: ScramCredentials, dispatch: Dispatch): Authentication {
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

  const start = (login: Login, body: Document): Document => {
    if (body.get('mechanism') !== MECHANISM) {
      throw new CommandError('MechanismUnavailable', `Received authentication for mechanism other than ${MECHANISM}`);
    }
    const options = body.get('options');
    login.skipsEmptyExchange = isDocument(options) && options.get('skipEmptyExchange') === true;
    login.isProven = false;
    login.conversation = beginScram(credentials, payloadOf(body));
    return login.conversation === undefined ? refuse(login) : step(login.conversation.challenge, false);
  };

  const proceed = (login: Login, body: Document): Document => {
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

  const answer = (name: string, body: Document, login: Login): Document | undefined => {
    try {
      if (name === 'saslStart') return start(login, body);
      if (name === 'saslContinue') return proceed(login, body);
      if (login.isAuthenticated || OPEN_COMMANDS.has(name)) return undefined;
      throw new CommandError('Unauthorized', `Command ${name} requires authentication`);
    } catch (error) {
      return failure(error);
    }
  };

  const shakeHands = async (body: Document, connectionId: number, login: Login): Promise<Document> => {
    const reply = await dispatch(body, connectionId);
    if (body.get('saslSupportedMechs') === `admin.${credentials.user}`) {
      reply.fields.set('saslSupportedMechs', [MECHANISM]);
    }
    const speculation = body.get('speculativeAuthenticate');
    if (!isDocument(speculation)) return reply;
    const first = answer('saslStart', speculation, login);
    // A failed speculation is left out, and the client logs in by saslStart.
    if (first?.get('done') !== undefined) reply.fields.set('speculativeAuthenticate', first);
    return reply;
  };

  return {
    dispatch: async (body, connectionId) => {
      const name = body.firstName() ?? '';
      const login = loginOf(connectionId);
      if (login.failures >= MAX_FAILURES) throw new WireError('too many failed logins');
      if (HANDSHAKES.has(name)) return shakeHands(body, connectionId, login);
      return answer(name, body, login) ?? dispatch(body, connectionId);
    },
    forget: (connectionId) => {
      logins.delete(connectionId);
    },
  };
}

function step(payload: string, isDone: boolean): Document {
  const bytes = Buffer.from(payload);
  const reply = buildDocument({});
  reply.fields.set('conversationId', CONVERSATION);
  reply.fields.set('done', isDone);
  reply.fields.set('payload', { kind: 'binData', subtype: 0, bytes });
  reply.fields.set('ok', 1);
  return reply;
}

function payloadOf(body: Document): string {
  const payload: Value | undefined = body.get('payload');
  if (typeof payload === 'string') return Buffer.from(payload, 'base64').toString('utf8');
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload) || payload.kind !== 'binData') {
    throw new CommandError('BadValue', 'the payload of a login must be binary');
  }
  return payload.bytes.toString('utf8');
}
