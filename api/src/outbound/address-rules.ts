import { isIP } from 'node:net';
import { problem } from '@parley/contracts';
import ipaddr from 'ipaddr.js';

export interface AddressOptions {
  /** What may be reached although it is private: `host`, `host:port`, an IP address (with or without port) or a CIDR range. */
  readonly allowedAddresses: readonly string[];
  /**
   * When given, only these may be reached at all: `example.com`, `*.example.com` (that one included), or with scheme
   * and port. One that can only be meant privately (an IP address, `localhost`, a bare name) may be private, too.
   */
  readonly allowedDomains?: readonly string[] | undefined;
}

/** What may be reached from here. Both throw the problem `address-not-allowed`. */
export interface AddressRules {
  /** What an address shows before its name is looked up: scheme, allowed domains, IP addresses in any spelling. */
  checkUrl(url: URL): void;
  /** What its name leads to: a host and port as `URL` writes them, with one of its IP addresses. */
  checkResolved(target: { readonly hostname: string; readonly port: string }, address: string): void;
}

/** Private, loopback, link-local and all other addresses that are not of the public internet are refused unless allowed. */
export function createAddressRules({ allowedAddresses, allowedDomains }: AddressOptions): AddressRules {
  const domains = allowedDomains?.map(parseDomain);
  const exemptions = [...allowedAddresses, ...(allowedDomains ?? []).filter(isMeantPrivately)].map(parseExemption);

  function checkResolved(target: { readonly hostname: string; readonly port: string }, address: string): void {
    const name = bareName(target.hostname);
    if (isPublic(address)) return;
    if (exemptions.some((exempts) => exempts(name, target.port, address))) return;
    throw problem('address-not-allowed', {
      detail: `“${name}” is not on the public internet. An admin can allow it.`,
    });
  }

  return {
    checkUrl(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw problem('address-not-allowed', { detail: 'Addresses must begin with http:// or https://.' });
      }
      if (domains !== undefined && !domains.some((allows) => allows(url))) {
        throw problem('address-not-allowed', { detail: `“${url.hostname}” is not one of the allowed domains.` });
      }
      const name = bareName(url.hostname);
      const target = { hostname: url.hostname, port: portOf(url) };
      if (isIP(name) !== 0) checkResolved(target, name);
      else if (name === 'localhost' || name.endsWith('.localhost')) checkResolved(target, '127.0.0.1');
    },
    checkResolved,
  };
}

/** The port of an address, also where it is its scheme's own. */
export function portOf(url: URL): string {
  if (url.port !== '') return url.port;
  return url.protocol === 'https:' ? '443' : '80';
}

/** Without the brackets of IPv6 and the dot that ends an absolute name. */
function bareName(hostname: string): string {
  return hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
/** Where networks without IPv4 put its addresses (RFC 6052). */
const translated = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

function isPublic(address: string): boolean {
  // A zone such as `%eth0` belongs to link-local addresses only.
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast';
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().range() === 'unicast';
  if (parsed.match(translated)) return new ipaddr.IPv4(parsed.toByteArray().slice(12)).range() === 'unicast';
  return parsed.range() === 'unicast' && parsed.match(globalUnicast);
}

type Exemption = (name: string, port: string, address: string) => boolean;

function parseExemption(entry: string): Exemption {
  const text = entry.trim().toLowerCase();
  if (ipaddr.isValidCIDR(text)) {
    const range = ipaddr.parseCIDR(text);
    return (_name, _port, address) => isWithin(address, range);
  }
  const { host, port } = splitPort(text.replace(/^https?:\/\//, '').replace(/\/.*$/, ''));
  const name = bareName(host);
  if (name === '') return () => false;
  const isPort = (asked: string): boolean => port === undefined || port === asked;
  if (isIP(name) !== 0) return (_name, asked, address) => isPort(asked) && isSameAddress(address, name);
  return (asked, askedPort) => isPort(askedPort) && asked === name;
}

function splitPort(text: string): { readonly host: string; readonly port?: string } {
  if (isIP(text) !== 0) return { host: text };
  const [, host = text, port] = /^(.*?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  return port === undefined ? { host } : { host, port };
}

function isSameAddress(a: string, b: string): boolean {
  return ipaddr.isValid(a) && ipaddr.process(a).toNormalizedString() === ipaddr.process(b).toNormalizedString();
}

function isWithin(address: string, range: ReturnType<typeof ipaddr.parseCIDR>): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.kind() === range[0].kind() && parsed.match(range);
}

/** An entry that names no place of the public internet, so that listing it must mean the private one. */
function isMeantPrivately(entry: string): boolean {
  const { host } = splitPort(
    entry
      .trim()
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .replace(/\/.*$/, ''),
  );
  const name = bareName(host);
  return isIP(name) !== 0 || (!name.includes('.') && name !== '*') || /\.(internal|local|localhost)$/.test(name);
}

function parseDomain(entry: string): (url: URL) => boolean {
  const text = entry.trim().toLowerCase();
  const [, scheme, rest = ''] = /^(?:(https?):\/\/)?(.*?)\/?$/.exec(text) ?? [];
  const { host, port } = splitPort(rest);
  const name = bareName(host);
  const suffix = name.startsWith('*.') ? name.slice(1) : undefined;
  return (url) => {
    const asked = bareName(url.hostname);
    const isHost = suffix === undefined ? asked === name : asked === suffix.slice(1) || asked.endsWith(suffix);
    if (!isHost || name === '') return false;
    return (scheme === undefined || url.protocol === `${scheme}:`) && (port === undefined || port === portOf(url));
  };
}
