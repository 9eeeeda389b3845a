const SHORT = 24;

/** An append-only byte buffer that grows as needed; `finish` hands out the bytes written so far. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(capacity = 256) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  #reserve(size: number): number {
    const start = this.#length;
    const needed = start + size;
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, start);
      this.#buffer = grown;
    }
    this.#length = needed;
    return start;
  }

  byte(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  int32(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeInt32LE(value, at);
  }

  uint32BigEndian(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeUInt32BE(value, at);
  }

  double(value: number): void {
    const at = this.#reserve(8);
    this.#buffer.writeDoubleLE(value, at);
  }

  int64(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigInt64LE(value, at);
  }

  uint64(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigUInt64LE(value, at);
  }

  uint64BigEndian(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigUInt64BE(value, at);
  }

  bytes(source: Uint8Array): void {
    const at = this.#reserve(source.length);
    this.#buffer.set(source, at);
  }

  text(value: string): number {
    if (value.length <= SHORT && this.#shortText(value)) return value.length;
    const size = Buffer.byteLength(value);
    const at = this.#reserve(size);
    this.#buffer.write(value, at, size, 'utf8');
    return size;
  }

  /** Writes a text of nothing but ASCII letter by letter, which for a short one is faster than to leave JavaScript. */
  #shortText(value: string): boolean {
    const start = this.#reserve(value.length);
    const buffer = this.#buffer;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) {
        this.#length = start;
        return false;
      }
      buffer[start + index] = code;
    }
    return true;
  }

  hex(value: string): void {
    const at = this.#reserve(value.length / 2);
    this.#buffer.write(value, at, 'hex');
  }

  /** Overwrites four bytes written before, for lengths known only afterwards. */
  patchInt32(at: number, value: number): void {
    this.#buffer.writeInt32LE(value, at);
  }

  /** Flips every bit written since `from`, which turns ascending key bytes into descending ones. */
  invertFrom(from: number): void {
    for (let at = from; at < this.#length; at += 1) this.#buffer[at] = ~this.#buffer.readUInt8(at);
  }

  /** The bytes written so far; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}
