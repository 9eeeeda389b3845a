/** What one piece of a JSON text may have. */
export interface CutLimits {
  /** Of its text. */
  readonly bytes: number;
  /** About; what a text becomes takes up more room than itself. */
  readonly values: number;
  /** Lists and objects inside each other. */
  readonly depth: number;
}

/** A JSON value whose end has not come yet. */
export interface OpenPiece {
  /** The byte at which it begins. */
  readonly at: number;
  /** Takes it from `from` on; the index behind its end, `undefined` when it goes on in the bytes after these. */
  take(bytes: Uint8Array, from: number): number | undefined;
  /** Why nothing of it is held. */
  excess(): 'too-large' | 'too-deep' | undefined;
  text(): string;
  /** The most lists and objects that were inside each other. */
  depth(): number;
  /** Bytes that are held. */
  held(): number;
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

export function beginPiece(at: number, limits: CutLimits): OpenPiece {
  let parts: Uint8Array[] = [];
  let size = 0;
  let depth = 0;
  let deepest = 0;
  let values = 0;
  let isInString = false;
  let isEscaped = false;
  let isScalar: boolean | undefined;
  let excess: 'too-large' | 'too-deep' | undefined;

  function findQuote(bytes: Uint8Array, from: number): number {
    for (let index = from; index < bytes.length; index += 1) {
      const code = bytes[index];
      if (isEscaped) isEscaped = false;
      else if (code === backslash) isEscaped = true;
      else if (code === quote) return index;
    }
    return bytes.length;
  }

  /** Notes what a sign outside of strings does; returns whether the piece ends with it. */
  function note(code: number | undefined): boolean {
    if (code === comma) values += 1;
    else if (isOpening(code)) {
      depth += 1;
      values += 1;
      deepest = Math.max(deepest, depth);
    } else if (isClosing(code)) {
      depth -= 1;
      return depth === 0;
    }
    return false;
  }

  function findEnd(bytes: Uint8Array, from: number): number | undefined {
    for (let index = from; index < bytes.length; index += 1) {
      const code = bytes[index];
      if (isInString) {
        index = findQuote(bytes, index);
        if (index === bytes.length) return undefined;
        isInString = false;
        if (depth === 0) return index + 1;
      } else if (isScalar === true) {
        if (endsScalar(code)) return index;
      } else if (code === quote) isInString = true;
      else if (note(code)) return index + 1;
      isScalar ??= !isInString && depth === 0;
    }
    return undefined;
  }

  return {
    at,
    take(bytes, from) {
      const end = findEnd(bytes, from);
      size += (end ?? bytes.length) - from;
      if (deepest > limits.depth) excess ??= 'too-deep';
      if (size > limits.bytes || values > limits.values) excess ??= 'too-large';
      if (excess === undefined) parts.push(bytes.subarray(from, end));
      else parts = [];
      return end;
    },
    excess: () => excess,
    text: () => Buffer.concat(parts).toString('utf8'),
    depth: () => deepest,
    held: () => (excess === undefined ? size : 0),
  };
}

function isOpening(code: number | undefined): boolean {
  return code === 0x5b || code === 0x7b;
}

function isClosing(code: number | undefined): boolean {
  return code === 0x5d || code === 0x7d;
}

/** Whether a number, `true`, `false` or `null` is over before this sign. */
function endsScalar(code: number | undefined): boolean {
  return code === comma || isClosing(code) || code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
