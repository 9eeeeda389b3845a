import { lookup as lookUpByDns } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { ProblemError } from '@parley/contracts';
import { Agent, buildConnector, Dispatcher1Wrapper } from 'undici';
import { createAddressRules, portOf } from './address-rules.ts';
import type { AddressOptions, AddressRules } from './address-rules.ts';

/** Milliseconds. */
const connectTimeout = 10_000;

interface GuardedFetchOptions extends AddressOptions {
  /** Absent: 5. */
  readonly maxRedirects?: number;
  /** All addresses of a name; the system's own resolver unless given. */
  readonly lookUp?: LookUp;
}

type LookUp = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/**
 * A `fetch` that cannot be led into private networks: addresses are checked before each hop and again where the
 * connection is made, so that neither redirects nor names that change their meaning slip through. Rejects with the
 * problem `address-not-allowed`. Credentials stay with the origin they were meant for. Deadlines and the size of bodies
 * are its caller's affair.
 */
export function createGuardedFetch(options: GuardedFetchOptions): typeof fetch {
  const { maxRedirects = 5, lookUp = lookUpAll } = options;
  const rules = createAddressRules(options);
  const agent = new Agent({
    connect: guardedConnector(rules, lookUp),
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  // Node's own fetch, whose answers are instances of the global `Response`, speaks to dispatchers of undici 7.
  const dispatcher = new Dispatcher1Wrapper(agent);

  async function hop(url: URL, init: RequestInit): Promise<Response> {
    rules.checkUrl(url);
    try {
      return await fetch(url.href, Object.assign({ ...init, redirect: 'manual' as const }, { dispatcher }));
    } catch (error) {
      const refusal = refusalIn(error);
      throw refusal ?? error;
    }
  }

  return async (input, given) => {
    let { url, init } = await prepare(input, given);
    const mode = init.redirect ?? 'follow';
    for (let redirects = 0; ; redirects += 1) {
      const response = await hop(url, init);
      const location = isRedirect(response.status) ? response.headers.get('location') : null;
      if (location === null || mode === 'manual') return response;
      await response.body?.cancel();
      if (mode === 'error') throw new TypeError('The address redirects, which was not wanted');
      if (redirects === maxRedirects) throw new TypeError('The address redirects too often');
      if (!URL.canParse(location, url.href)) throw new TypeError('The address redirects to what is no address');
      const next = new URL(location, url);
      if (next.hash === '') next.hash = url.hash;
      init = followUp(init, response.status, next.origin === url.origin);
      url = next;
    }
  };
}

function guardedConnector(rules: AddressRules, lookUp: LookUp): buildConnector.connector {
  return (target, callback) => {
    const { hostname, port, protocol } = target;
    const asked = { hostname, port: port === '' ? portOf(new URL(`${protocol}//host`)) : port };
    // `lookup` is not asked about an IP address; that was checked as part of the URL.
    const connect = buildConnector({
      timeout: connectTimeout,
      allowH2: false,
      lookup(name, { all }, answer) {
        lookUp(name, (error, addresses) => {
          const [first] = addresses;
          const failure = error ?? (first === undefined ? new Error(`“${name}” has no address`) : check(addresses));
          if (failure !== null || first === undefined) answer(failure, []);
          else if (all === true) answer(null, [...addresses]);
          else answer(null, first.address, first.family);
        });
      },
    });

    /** One address that is not allowed spoils them all: which of them is taken is not ours to say. */
    function check(addresses: readonly LookupAddress[]): Error | null {
      try {
        for (const { address } of addresses) rules.checkResolved(asked, address);
        return null;
      } catch (error) {
        return error instanceof Error ? error : new Error('The address is not allowed', { cause: error });
      }
    }

    connect(target, callback);
  };
}

const lookUpAll: LookUp = (hostname, callback) => {
  // Where there is an error, there are no addresses, whatever the types say.
  lookUpByDns(hostname, { all: true }, (error, addresses) => callback(error, error === null ? addresses : []));
};

function refusalIn(error: unknown): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  return error instanceof Error && error.cause !== undefined ? refusalIn(error.cause) : undefined;
}

/** What was asked for, in a form that can be sent again. */
async function prepare(
  input: string | URL | Request,
  given: RequestInit = {},
): Promise<{ url: URL; init: RequestInit }> {
  if (!(input instanceof Request)) return { url: new URL(String(input)), init: given };
  const { url, method, headers, signal, redirect } = input;
  const body = input.body === null ? {} : { body: await input.arrayBuffer() };
  return { url: new URL(url), init: { method, headers, signal, redirect, ...body, ...given } };
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** What may go along to another origin; anything else may be a credential. */
const harmlessHeaders = new Set([
  'accept',
  'accept-language',
  'content-language',
  'content-type',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'user-agent',
]);

/** The request that a redirect asks for, by the rules of the Fetch standard. */
function followUp(init: RequestInit, status: number, isSameOrigin: boolean): RequestInit {
  const method = (init.method ?? 'GET').toUpperCase();
  const becomesGet =
    (status === 303 && method !== 'GET' && method !== 'HEAD') ||
    ((status === 301 || status === 302) && method === 'POST');
  const headers = new Headers();
  for (const [name, value] of new Headers(init.headers)) {
    const isAboutBody = name.startsWith('content-');
    const mayGo = isSameOrigin || harmlessHeaders.has(name);
    if (mayGo && !(becomesGet && isAboutBody)) headers.append(name, value);
  }
  if (!becomesGet) {
    if (init.body instanceof ReadableStream) throw new TypeError('A stream cannot be sent again to where it redirects');
    return { ...init, headers };
  }
  const { body: _body, ...rest } = init;
  return { ...rest, method: 'GET', headers };
}
