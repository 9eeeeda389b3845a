import type { Value } from './value.ts';

/**
 * A BSON document that decodes only what is asked for. Until `fields` is used it is its received bytes, which the
 * encoder copies verbatim; from then on it is an ordered, mutable map. The bytes must have passed `validateDocument`.
 */
export class Document {
  readonly kind = 'object';
  #bytes: Buffer | undefined;
  #fields: Map<string, Value> | undefined;
  /** Where the elements of the bytes begin, by name. */
  #places: Map<string, number> | undefined;

  constructor(source: Buffer | Map<string, Value>) {
    if (source instanceof Map) this.#fields = source;
    else this.#bytes = source;
  }

  /** The bytes as received, or undefined once the document may have been changed. */
  get bytes(): Buffer | undefined {
    return this.#bytes;
  }

  /** Gives the document bytes of its own, unless it has them, so that what it was read from may go. */
  detach(): void {
    const bytes = this.#bytes;
    if (bytes === undefined) throw new TypeError('fields that were read are parts of what the document was read from');
    if (bytes.length < bytes.buffer.byteLength) this.#bytes = Buffer.from(bytes);
  }

  /** Finds all fields once, for a document of which many are asked, such as a command. */
  index(): void {
    if (this.#bytes !== undefined) this.#places = findNames(this.#bytes);
  }

  /** The fields in document order, for reading and changing; nested documents and arrays in it are live. */
  get fields(): Map<string, Value> {
    if (this.#fields === undefined) {
      this.#fields = new Map(readElements(this.#bytes ?? EMPTY));
      this.#bytes = undefined;
      this.#places = undefined;
    }
    return this.#fields;
  }

  /** The value of a top-level field, or undefined when it is missing. */
  get(name: string): Value | undefined {
    if (this.#fields !== undefined) return this.#fields.get(name);
    const bytes = this.#bytes ?? EMPTY;
    const at = this.#placeOf(name, bytes);
    return at === -1 ? undefined : readValue(bytes, bytes.readUInt8(at), endOfName(bytes, at + 1) + 1);
  }

  #placeOf(name: string, bytes: Buffer): number {
    return this.#places === undefined ? findName(bytes, name) : (this.#places.get(name) ?? -1);
  }

  /**
   * Whether a top-level field is a text of these UTF-8 bytes, told without reading it; undefined when the field is
   * missing or no string, or when the document is no longer its bytes.
   */
  isText(name: string, text: Buffer): boolean | undefined {
    const bytes = this.#bytes;
    const at = bytes === undefined ? -1 : this.#placeOf(name, bytes);
    if (bytes === undefined || at === -1 || bytes[at] !== 0x02) return undefined;
    const start = endOfName(bytes, at + 1) + 1;
    if (bytes.readInt32LE(start) !== text.length + 1) return false;
    for (let index = 0; index < text.length; index += 1) {
      if (bytes[start + 4 + index] !== text[index]) return false;
    }
    return true;
  }

  /** Whether a top-level field is the same in both, bit by bit; false as well when one is no longer its bytes. */
  hasSame(name: string, other: Document): boolean {
    const [mine, theirs] = [this.#bytes, other.#bytes];
    if (mine === undefined || theirs === undefined) return false;
    const [at, place] = [this.#placeOf(name, mine), other.#placeOf(name, theirs)];
    if (at === -1 || place === -1) return at === place;
    return mine.compare(theirs, place, endOfElement(theirs, place), at, endOfElement(mine, at)) === 0;
  }

  has(name: string): boolean {
    return this.#fields === undefined ? this.#placeOf(name, this.#bytes ?? EMPTY) !== -1 : this.#fields.has(name);
  }

  /** The fields in document order, for reading only. */
  entries(): Iterable<[string, Value]> {
    return this.#fields ?? readElements(this.#bytes ?? EMPTY);
  }

  /** The name of the first field, or undefined for an empty document. */
  firstName(): string | undefined {
    for (const name of this.names()) return name;
    return undefined;
  }

  /** The names of the fields in document order. */
  names(): Iterable<string> {
    return (this.#fields ?? this.#places)?.keys() ?? readNames(this.#bytes ?? EMPTY);
  }
}

const EMPTY = Buffer.from([5, 0, 0, 0, 0]);

function* readElements(bytes: Buffer): Generator<[string, Value]> {
  let at = 4;
  const end = bytes.length - 1;
  while (at < end) {
    const type = bytes.readUInt8(at);
    const nameEnd = endOfName(bytes, at + 1);
    const name = bytes.toString('utf8', at + 1, nameEnd);
    yield [name, readValue(bytes, type, nameEnd + 1)];
    at = nameEnd + 1 + sizeOfValue(bytes, type, nameEnd + 1);
  }
}

function endOfElement(bytes: Buffer, at: number): number {
  const start = endOfName(bytes, at + 1) + 1;
  return start + sizeOfValue(bytes, bytes.readUInt8(at), start);
}

function* readNames(bytes: Buffer): Generator<string> {
  let at = 4;
  const end = bytes.length - 1;
  while (at < end) {
    const nameEnd = endOfName(bytes, at + 1);
    yield bytes.toString('utf8', at + 1, nameEnd);
    at = nameEnd + 1 + sizeOfValue(bytes, bytes.readUInt8(at), nameEnd + 1);
  }
}

/** Where the elements begin, by name; of several with one name it is the first that counts. */
function findNames(bytes: Buffer): Map<string, number> {
  const places = new Map<string, number>();
  let at = 4;
  const end = bytes.length - 1;
  while (at < end) {
    const nameEnd = endOfName(bytes, at + 1);
    const name = bytes.toString('utf8', at + 1, nameEnd);
    if (!places.has(name)) places.set(name, at);
    at = nameEnd + 1 + sizeOfValue(bytes, bytes.readUInt8(at), nameEnd + 1);
  }
  return places;
}

/** Where the first element of a name begins, or -1 when there is none. */
function findName(bytes: Buffer, name: string): number {
  let at = 4;
  const end = bytes.length - 1;
  while (at < end) {
    const nameEnd = endOfName(bytes, at + 1);
    if (isName(bytes, at + 1, nameEnd, name)) return at;
    at = nameEnd + 1 + sizeOfValue(bytes, bytes.readUInt8(at), nameEnd + 1);
  }
  return -1;
}

/** Where the zero byte behind a name is. Names are short: a search outside of JavaScript would take longer to begin. */
function endOfName(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== 0) at += 1;
  return at;
}

function isName(bytes: Buffer, start: number, end: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    if (code >= 0x80) return bytes.toString('utf8', start, end) === name;
    if (bytes[start + index] !== code) return false;
  }
  return start + name.length === end;
}

/** The number of bytes a value of a BSON type code takes at an offset of validated bytes. */
function sizeOfValue(bytes: Buffer, type: number, at: number): number {
  switch (type) {
    case 0x01:
    case 0x09:
    case 0x11:
    case 0x12:
      return 8;
    case 0x02:
    case 0x0d:
    case 0x0e:
      return 4 + bytes.readInt32LE(at);
    case 0x03:
    case 0x04:
    case 0x0f:
      return bytes.readInt32LE(at);
    case 0x05:
      return 5 + bytes.readInt32LE(at);
    case 0x07:
      return 12;
    case 0x08:
      return 1;
    case 0x0b:
      return bytes.indexOf(0, bytes.indexOf(0, at) + 1) + 1 - at;
    case 0x0c:
      return 4 + bytes.readInt32LE(at) + 12;
    case 0x10:
      return 4;
    case 0x13:
      return 16;
    default:
      return 0;
  }
}

function readString(bytes: Buffer, at: number): string {
  return bytes.toString('utf8', at + 4, at + 3 + bytes.readInt32LE(at));
}

function readSlice(bytes: Buffer, at: number): Buffer {
  return bytes.subarray(at, at + bytes.readInt32LE(at));
}

function readArray(bytes: Buffer): Value[] {
  const items: Value[] = [];
  let at = 4;
  const end = bytes.length - 1;
  while (at < end) {
    const type = bytes.readUInt8(at);
    const start = endOfName(bytes, at + 1) + 1;
    items.push(readValue(bytes, type, start));
    at = start + sizeOfValue(bytes, type, start);
  }
  return items;
}

function readRegex(bytes: Buffer, at: number): Value {
  const patternEnd = bytes.indexOf(0, at);
  const optionsEnd = bytes.indexOf(0, patternEnd + 1);
  return {
    kind: 'regex',
    pattern: bytes.toString('utf8', at, patternEnd),
    options: bytes.toString('utf8', patternEnd + 1, optionsEnd),
  };
}

function readCodeWithScope(bytes: Buffer, at: number): Value {
  const scopeAt = at + 8 + bytes.readInt32LE(at + 4);
  return {
    kind: 'javascriptWithScope',
    source: readString(bytes, at + 4),
    scope: new Document(readSlice(bytes, scopeAt)),
  };
}

function readBinary(bytes: Buffer, at: number): Value {
  const length = bytes.readInt32LE(at);
  return { kind: 'binData', subtype: bytes.readUInt8(at + 4), bytes: bytes.subarray(at + 5, at + 5 + length) };
}

function readPointer(bytes: Buffer, at: number): Value {
  const start = at + 4 + bytes.readInt32LE(at);
  return { kind: 'dbPointer', namespace: readString(bytes, at), hex: bytes.toString('hex', start, start + 12) };
}

/** The value of a BSON type code at an offset of validated bytes. */
function readValue(bytes: Buffer, type: number, at: number): Value {
  switch (type) {
    case 0x01:
      return bytes.readDoubleLE(at);
    case 0x02:
      return readString(bytes, at);
    case 0x03:
      return new Document(readSlice(bytes, at));
    case 0x04:
      return readArray(readSlice(bytes, at));
    case 0x05:
      return readBinary(bytes, at);
    case 0x06:
      return { kind: 'undefined' };
    case 0x07:
      return { kind: 'objectId', hex: bytes.toString('hex', at, at + 12) };
    case 0x08:
      return bytes[at] === 1;
    case 0x09:
      return { kind: 'date', milliseconds: bytes.readBigInt64LE(at) };
    case 0x0b:
      return readRegex(bytes, at);
    case 0x0c:
      return readPointer(bytes, at);
    case 0x0d:
      return { kind: 'javascript', source: readString(bytes, at) };
    case 0x0e:
      return { kind: 'symbol', text: readString(bytes, at) };
    case 0x0f:
      return readCodeWithScope(bytes, at);
    case 0x10:
      return { kind: 'int', value: bytes.readInt32LE(at) };
    case 0x11:
      return { kind: 'timestamp', value: bytes.readBigUInt64LE(at) };
    case 0x12:
      return bytes.readBigInt64LE(at);
    case 0x13:
      return { kind: 'decimal', bytes: bytes.subarray(at, at + 16) };
    case 0xff:
      return { kind: 'minKey' };
    case 0x7f:
      return { kind: 'maxKey' };
    default:
      return null;
  }
}
