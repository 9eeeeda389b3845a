import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { GatewayError } from '../core/gateway-error.ts';

export interface AdmissionOptions {
  readonly apiKeys: readonly string[];
  readonly allowedHosts: readonly string[];
}

export interface Admission {
  /**
   * Throws `forbidden` for what a web page could have sent to a gateway without keys: a `Host` that names no machine
   * we know (DNS rebinding), or an `Origin` that is not on this machine.
   */
  checkOrigin(headers: IncomingHttpHeaders): void;
  /**
   * Who calls: a digest of the key that was sent. Throws `unauthenticated` unless it is a configured one; without
   * configured keys anything passes.
   */
  callerOf(headers: IncomingHttpHeaders): string;
}

/** Decides who may call. Keys are compared by digest and in constant time. */
export function createAdmission({ apiKeys, allowedHosts }: AdmissionOptions): Admission {
  const digests = apiKeys.map(digest);
  const isKnownHost = (host: string): boolean => isLocalName(host) || isIP(host) !== 0 || allowedHosts.includes(host);

  return {
    checkOrigin({ host, origin }) {
      if (digests.length > 0) return;
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
    callerOf(headers) {
      const sent = digest(sentKey(headers));
      let isKnown = digests.length === 0;
      for (const known of digests) if (timingSafeEqual(known, sent)) isKnown = true;
      if (isKnown) return sent.toString('hex');
      throw new GatewayError('unauthenticated', {
        message: 'This gateway needs one of its keys, sent as "Authorization: Bearer …".',
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

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function sentKey(headers: IncomingHttpHeaders): string {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  const other = headers['x-api-key'] ?? headers['x-goog-api-key'];
  return bearer?.trim() ?? (typeof other === 'string' ? other : '');
}
