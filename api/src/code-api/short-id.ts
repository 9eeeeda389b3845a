/**
 * UUIDs as the 21 characters that LibreChat takes for an id, and back. A UUID has 122 bits of its own and four that say
 * its version (RFC 9562, section 4), together just as many as 21 characters of base64url hold.
 */
export function toShortId(uuid: string): string {
  const bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  // The two bits of the variant are the same in all of them.
  const whole = ((bits >> 64n) << 62n) | (bits & lowBits);
  let id = '';
  for (let shift = 120n; shift >= 0n; shift -= 6n) id += alphabet[Number((whole >> shift) & 63n)] ?? '';
  return id;
}

/** The UUID of a short id, in lower case; `undefined` when it is none. */
export function fromShortId(id: string): string | undefined {
  if (!/^[A-Za-z0-9_-]{21}$/.test(id)) return undefined;
  let whole = 0n;
  for (const sign of id) whole = (whole << 6n) | BigInt(alphabet.indexOf(sign));
  const bits = ((whole >> 62n) << 64n) | variant | (whole & lowBits);
  const digits = bits.toString(16).padStart(32, '0');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const lowBits = (1n << 62n) - 1n;
const variant = 2n << 62n;
