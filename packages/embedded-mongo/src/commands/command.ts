import type { Literal } from '../bson/build-document.ts';
import type { Document } from '../bson/document.ts';
import { typeName } from '../bson/value.ts';
import type { View, WriteView } from '../catalogue/catalogue-state.ts';
import type { Cursors } from '../server/cursors/cursors.ts';
import { CommandError } from '../server/command-error.ts';
import type { Arguments } from './arguments.ts';

/** A command as received, apart from the data it works on. */
export interface Request {
  /** The command's name, which is also its first field. */
  readonly name: string;
  readonly database: string;
  readonly body: Document;
  readonly arguments: Arguments;
  readonly cursors: Cursors;
  /** The session or connection that owns cursors opened by this request. */
  readonly owner: string;
  /** The connection it came by, as `hello` numbers it. */
  readonly connectionId: number;
  readonly server: ServerFacts;
  /** Whether the request is part of a multi-document transaction. */
  readonly isInTransaction: boolean;
}

/** A logical session as `$listLocalSessions` shows it. */
export interface LocalSession {
  /** Its id and the digest of its user. */
  readonly document: Document;
  /** When a command last named it, in milliseconds. */
  readonly usedAt: number;
}

/** What the server says about itself. */
export interface ServerFacts {
  readonly startedAt: number;
  /** Where it listens: the socket's path, or host and port. */
  readonly address: () => string;
  readonly connections: () => number;
  /** How many connections there have been since the start. */
  readonly connectionsMade: () => number;
  /** The cluster time of the newest write. */
  readonly lastWrite: () => bigint;
  /** Whether it was started with the commands for tests of drivers. */
  readonly isForTests: boolean;
  /** Whether `fsync` holds all writes back. */
  readonly isWriteLocked: () => boolean;
  /** Who has logged in on a connection; nobody does on a socket that only one may open. */
  readonly userOf: (connectionId: number) => string | undefined;
  /** What the client of a connection called itself in its handshake. */
  readonly appNameOf: (connectionId: number) => string | undefined;
  /** The logical sessions in use. */
  readonly sessions: () => readonly LocalSession[];
  /** Whether the server is about to end, so that nobody should start to wait. */
  readonly isClosing: () => boolean;
}

/** The fields of a successful reply; `ok: 1` is added by the dispatcher. */
export type Reply = { readonly [name: string]: Literal };

interface CommandShape {
  readonly fields: readonly string[];
  /** Whether it also takes every field it does not name. */
  readonly takesAnyField?: boolean;
  /** Whether it may be used inside a transaction. */
  readonly allowedInTransaction?: boolean;
}

/** A command of the server: what it needs, which fields it knows, and what it does. */
export type Command =
  | (CommandShape & { readonly kind: 'plain'; readonly run: (request: Request) => Reply })
  | (CommandShape & { readonly kind: 'read'; readonly run: (request: Request, view: View) => Reply })
  | (CommandShape & { readonly kind: 'write'; readonly run: (request: Request, view: WriteView) => Reply });

/** Whether a request is a write that may be repeated, and so one of single documents alone. */
export function isRetryable({ body, isInTransaction }: Request): boolean {
  return !isInTransaction && body.has('txnNumber');
}

/** The namespace a command names in its first field. */
export function namespaceOf(request: Request): string {
  const collection = request.arguments.value(request.name) ?? null;
  if (typeof collection === 'string') return namespaceIn(request.database, collection);
  throw new CommandError('InvalidNamespace', `collection name has invalid type ${typeName(collection)}`);
}

/** The namespace of a collection; refuses names that no collection can have. */
export function namespaceIn(database: string, collection: string): string {
  const namespace = `${database}.${collection}`;
  if (collection === '' || collection.startsWith('.') || collection.includes('\0')) {
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
  }
  return namespace;
}
