import type { IncomingHttpHeaders } from 'node:http';
import type { CallScope } from '../core/call.ts';
import type { Writable } from '../core/writable.ts';
import type { KnownCaller } from './key-ring.ts';

export interface ScopeSources {
  readonly headers: IncomingHttpHeaders;
  /** Undefined where no key is asked for. */
  readonly caller: KnownCaller | undefined;
  /** Digest of whatever was sent as a key, where no key is asked for. */
  readonly digest?: string;
  /** IP address of the client. */
  readonly address?: string | undefined;
  /** `session_id` or `conversation_id` of the body. */
  readonly session?: unknown;
}

const longest = 256;

/**
 * On whose behalf a request is made. Identities come from the key; those in headers count only where the key permits it,
 * and never replace one that the key itself names. A session is the client's own word for a conversation: it gives no
 * rights, so it is taken as it is, unless it is longer than 256 characters or not printable.
 */
export function readScope({ headers, caller, digest = '', address, session }: ScopeSources): CallScope {
  const key = caller === undefined || caller.key === 'plain' ? undefined : caller.key;
  const isBelieved = key?.mayNameIdentity === true;
  const named = (header: string): string | undefined => (isBelieved ? printable(headers[header]) : undefined);
  const scope: Writable<CallScope> = { caller: caller?.digest ?? digest };
  const tenant = named('lynkr-tenant-id');
  const user = key?.user ?? named('x-user-id');
  const team = key?.team ?? named('lynkr-team-id');
  const customer = key?.customer ?? named('lynkr-customer-id');
  const organisation = key?.organisation ?? named('lynkr-org-id');
  const words = printable(headers['x-session-id']) ?? printable(headers['x-claude-session-id']) ?? printable(session);
  if (key !== undefined) scope.key = key;
  if (tenant !== undefined) scope.tenant = tenant;
  if (user !== undefined) scope.user = user;
  if (team !== undefined) scope.team = team;
  if (customer !== undefined) scope.customer = customer;
  if (organisation !== undefined) scope.organisation = organisation;
  if (words !== undefined) scope.session = words;
  if (address !== undefined) scope.address = address;
  return scope;
}

function printable(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > longest) return undefined;
  return /^[\u0020-\u007e\u00a0-\u{10ffff}]+$/u.test(value) ? value : undefined;
}
