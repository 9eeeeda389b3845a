import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { CallScope } from '../core/call.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { findCaller, sentSecret } from '../keys/find-caller.ts';
import { digestOf } from '../keys/key-ring.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { readScope } from '../keys/read-scope.ts';

export interface AdmissionOptions {
  readonly ring: KeyRing;
  readonly allowedHosts: readonly string[];
}

export interface Admission {
  /**
   * Throws `forbidden` for what a web page could have sent to a gateway without keys: a `Host` that names no machine
   * we know (DNS rebinding), or an `Origin` that is not on this machine.
   */
  checkOrigin(headers: IncomingHttpHeaders): void;
  /**
   * On whose behalf a request is made. Throws `unauthenticated` unless its key is a configured one; without configured
   * keys anything passes.
   */
  scopeOf(request: IncomingMessage): CallScope;
  /** Throws `unauthenticated`, or `forbidden` where there is no admin, unless the admin token was sent. */
  checkAdmin(headers: IncomingHttpHeaders): void;
}

/** Decides who may call. */
export function createAdmission({ ring, allowedHosts }: AdmissionOptions): Admission {
  const isKnownHost = (host: string): boolean => isLocalName(host) || isIP(host) !== 0 || allowedHosts.includes(host);

  return {
    checkOrigin({ host, origin }) {
      if (!ring.isEmpty) return;
      if (host !== undefined && !isKnownHost(hostName(host))) {
        throw new GatewayError('forbidden', {
          message: `This gateway has no keys and is not known as "${hostName(host)}". Set GATEWAY_API_KEYS, or name the host in GATEWAY_ALLOWED_HOSTS.`,
        });
      }
      if (origin === undefined) return;
      const originHost = URL.parse(origin)?.hostname.replaceAll(/[[\]]/g, '') ?? '';
      if (isLocalName(originHost) || isLoopbackAddress(originHost) || allowedHosts.includes(originHost)) return;
      throw new GatewayError('forbidden', { message: 'Web pages of other machines may not use this gateway.' });
    },
    scopeOf({ headers, socket }) {
      const address = socket.remoteAddress;
      if (ring.isEmpty) {
        const secret = sentSecret(headers);
        const digest = secret === '' ? '' : digestOf(secret);
        return readScope({ headers, caller: undefined, digest, address });
      }
      const caller = findCaller(ring, headers);
      if (caller) return readScope({ headers, caller, address });
      throw new GatewayError('unauthenticated', {
        message: 'This gateway needs one of its keys, sent as "Authorization: Bearer …".',
      });
    },
    checkAdmin(headers) {
      if (ring.isAdmin(sentSecret(headers))) return;
      throw new GatewayError('unauthenticated', {
        message:
          'This needs the admin token ("admin" of gateway.yaml, or GATEWAY_ADMIN_TOKEN_SHA256), sent as "Authorization: Bearer …".',
      });
    },
  };
}

/** Whether an address can only be reached from this machine. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

/** `docker.internal` is how containers name the machine they run on; no public name can end like that. */
function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host.endsWith('.docker.internal');
}

function hostName(host: string): string {
  const bare = host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d*$/, '');
  return bare.toLowerCase().replace(/\.$/, '');
}
