/** Where Debian's packages come from: plain http, for a new system trusts no certificate yet. */
export interface DebianMirrors {
  readonly main: string;
  readonly security: string;
}

/**
 * The mirrors that a machine uses itself, by the texts of its apt source files, in the old one-line form or in that of
 * deb822; Debian's own where they tell none.
 */
export function debianMirrors(sources: readonly string[]): DebianMirrors {
  const addresses = sources
    .flatMap((text) => text.split('\n'))
    .filter((line) => /^(URIs:|deb\s)/.test(line))
    .flatMap((line) => line.match(/http:\/\/\S+/g) ?? [])
    .map((address) => address.replace(/\/+$/, ''));
  return {
    main: addresses.find((address) => address.endsWith('/debian')) ?? 'http://deb.debian.org/debian',
    security: addresses.find((address) => address.includes('security')) ?? 'http://deb.debian.org/debian-security',
  };
}
