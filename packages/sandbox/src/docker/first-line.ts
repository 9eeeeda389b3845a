/** Takes the first line off a stream. */
export interface FirstLine {
  /** What of these bytes comes after it. */
  strip(bytes: Uint8Array): Uint8Array;
  /** Without its end; what there is of it. */
  text(): string;
}

/** For a stream that begins with a line that we wrote. */
export function createFirstLine(): FirstLine {
  const parts: Uint8Array[] = [];
  let isWhole = false;
  return {
    strip(bytes) {
      if (isWhole) return bytes;
      const at = bytes.indexOf(10);
      isWhole = at >= 0;
      parts.push(isWhole ? bytes.subarray(0, at) : bytes);
      return isWhole ? bytes.subarray(at + 1) : bytes.subarray(bytes.byteLength);
    },
    text: () => Buffer.concat(parts).toString(),
  };
}
