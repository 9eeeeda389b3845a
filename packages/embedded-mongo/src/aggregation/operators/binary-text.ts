import type { Tagged } from '../../bson/value.ts';

const UUID_SUBTYPE = 4;

/** Bytes as text in one of `$convert`'s formats; undefined when the format cannot hold them. */
export function bytesText(value: Extract<Tagged, { kind: 'binData' }>, format: string): string | undefined {
  const { bytes, subtype } = value;
  switch (format) {
    case 'auto':
      return subtype === UUID_SUBTYPE ? uuidText(bytes) : bytes.toString('base64');
    case 'base64':
      return bytes.toString('base64');
    case 'base64url':
      return bytes.toString('base64url');
    case 'hex':
      return bytes.toString('hex').toUpperCase();
    case 'utf8': {
      const text = bytes.toString('utf8');
      return Buffer.from(text).equals(bytes) ? text : undefined;
    }
    default:
      return subtype === UUID_SUBTYPE ? uuidText(bytes) : undefined;
  }
}

function uuidText(bytes: Buffer): string | undefined {
  if (bytes.length !== 16) return undefined;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The bytes a text spells in one of `$convert`'s formats; undefined when it does not. */
export function bytesOf(text: string, format: string, subtype: number): Buffer | undefined {
  switch (format) {
    case 'base64':
      return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
        ? Buffer.from(text, 'base64')
        : undefined;
    case 'base64url':
      return /^[A-Za-z0-9_-]*={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1
        ? Buffer.from(text, 'base64url')
        : undefined;
    case 'hex':
      return /^(?:[0-9a-fA-F]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined;
    case 'utf8':
      return Buffer.from(text);
    case 'uuid':
      return subtype === UUID_SUBTYPE && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
        ? Buffer.from(text.replaceAll('-', ''), 'hex')
        : undefined;
    default:
      // With `auto` only a UUID tells its format by itself.
      return subtype === UUID_SUBTYPE ? bytesOf(text, 'uuid', subtype) : undefined;
  }
}
