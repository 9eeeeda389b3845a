import type { Literal } from '../bson/build-document.ts';
import type { Document } from '../bson/document.ts';
import type { View, WriteView } from '../catalogue/catalogue-state.ts';
import type { Cursors } from '../server/cursors.ts';
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

/** What the server says about itself. */
export interface ServerFacts {
  readonly startedAt: number;
  /** Where it listens: the socket's path, or host and port. */
  readonly address: () => string;
  readonly connections: () => number;
  /** Whether the server is about to end, so that nobody should start to wait. */
  readonly isClosing: () => boolean;
}

/** The fields of a successful reply; `ok: 1` is added by the dispatcher. */
export type Reply = { readonly [name: string]: Literal };

interface CommandShape {
  readonly fields: readonly string[];
  /** Whether it may be used inside a transaction. */
  readonly allowedInTransaction?: boolean;
}

/** A command of the server: what it needs, which fields it knows, and what it does. */
export type Command =
  | (CommandShape & { readonly kind: 'plain'; readonly run: (request: Request) => Reply })
  | (CommandShape & { readonly kind: 'read'; readonly run: (request: Request, view: View) => Reply })
  | (CommandShape & { readonly kind: 'write'; readonly run: (request: Request, view: WriteView) => Reply });

/** The namespace a command names in its first field. */
export function namespaceOf(request: Request): string {
  return `${request.database}.${request.arguments.text(request.name)}`;
}
