/** Where the value of a top-level field lies in the bytes of a JSON object. */
interface FieldRange {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

const quote = 34;
const backslash = 92;
const comma = 44;
const colon = 58;
const openers = new Set([91, 123]);
const closers = new Set([93, 125]);
const spaces = new Set([9, 10, 13, 32]);

/**
 * The top-level fields of `body`, which must be valid JSON text of an object in UTF-8. Values are found, not read, so
 * that a body can be changed in one place and stay byte-exact in all others.
 */
function topLevelFields(body: Buffer): FieldRange[] {
  const fields: FieldRange[] = [];
  let at = skipSpaces(body, body.indexOf('{') + 1);
  while (at < body.length && body[at] === quote) {
    const keyEnd = endOfString(body, at);
    const key: unknown = JSON.parse(body.toString('utf8', at, keyEnd));
    const start = skipSpaces(body, body.indexOf(colon, keyEnd) + 1);
    const end = endOfValue(body, start);
    fields.push({ key: String(key), start, end });
    const next = skipSpaces(body, end);
    if (body[next] !== comma) break;
    at = skipSpaces(body, next + 1);
  }
  return fields;
}

function skipSpaces(body: Buffer, from: number): number {
  let at = from;
  while (spaces.has(body[at] ?? 0)) at += 1;
  return at;
}

/** The position after the closing quote of the string that opens at `from`. */
function endOfString(body: Buffer, from: number): number {
  for (let at = from + 1; at < body.length; at += 1) {
    if (body[at] === backslash) at += 1;
    else if (body[at] === quote) return at + 1;
  }
  return body.length;
}

function endOfValue(body: Buffer, from: number): number {
  let depth = 0;
  let at = from;
  while (at < body.length) {
    const byte = body[at] ?? 0;
    if (byte === quote) {
      at = endOfString(body, at);
      if (depth === 0) return at;
      continue;
    }
    if (openers.has(byte)) depth += 1;
    else if (closers.has(byte)) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === comma || spaces.has(byte))) return at;
    at += 1;
  }
  return at;
}

export interface BodyPatch {
  readonly model: string;
  /** Asks for the usage chunk of a stream. */
  readonly wantUsage: boolean;
}

/**
 * `body` with another model name, which is added where there is none, and, if wanted, `stream_options.include_usage`; every other byte stays as the client
 * wrote it. The rest of the client's stream options is kept.
 */
export function patchChatBody(body: Buffer, { model, wantUsage }: BodyPatch): Buffer {
  const quick = patchPlainBody(body, model, wantUsage);
  if (quick) return quick;
  const fields = topLevelFields(body);
  const edits = fields
    .filter((field) => field.key === 'model')
    .map((field) => ({ ...field, text: JSON.stringify(model) }));
  const added: string[] = edits.length === 0 ? [`"model":${JSON.stringify(model)}`] : [];
  const optionFields = fields.filter((field) => field.key === 'stream_options');
  if (wantUsage) {
    edits.push(
      ...optionFields.map((field) => ({ ...field, text: withUsage(body.toString('utf8', field.start, field.end)) })),
    );
    if (optionFields.length === 0) added.push('"stream_options":{"include_usage":true}');
  }
  if (added.length > 0) {
    const start = body.indexOf('{') + 1;
    edits.push({ key: '', start, end: start, text: added.join(',') + (fields.length > 0 ? ',' : '') });
  }
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { start, end, text } of edits.toSorted((one, other) => one.start - other.start)) {
    pieces.push(body.subarray(from, start), Buffer.from(text));
    from = end;
  }
  return Buffer.concat([...pieces, body.subarray(from)]);
}

/** Whether anything opens between the two places; what is before the first value of any depth is at the top. */
function isNested(body: Buffer, open: number, at: number): boolean {
  const brace = body.indexOf('{', open);
  const bracket = body.indexOf('[', open);
  return (brace !== -1 && brace < at) || (bracket !== -1 && bracket < at);
}

/**
 * The same for the usual body: `"model"` is in it once as a text of JSON, before anything nested, no name is written
 * with escapes, and there are no stream options. Then its place is found without a look at every byte.
 */
function patchPlainBody(body: Buffer, model: string, wantUsage: boolean): Buffer | undefined {
  const at = body.indexOf('"model"');
  if (at === -1 || body.includes('"model"', at + 1, 'latin1') || body.includes('\\u00', 0, 'latin1')) return undefined;
  if (wantUsage && body.includes('"stream_options"')) return undefined;
  const start = skipSpaces(body, at + '"model"'.length);
  if (body[start] !== colon) return undefined;
  const from = skipSpaces(body, start + 1);
  const open = body.indexOf('{') + 1;
  if (body[from] !== quote || open > at || isNested(body, open, at)) return undefined;
  const pieces = [
    body.subarray(open, from),
    Buffer.from(JSON.stringify(model)),
    body.subarray(endOfString(body, from)),
  ];
  const head = wantUsage ? Buffer.from('{"stream_options":{"include_usage":true},') : body.subarray(0, open);
  return Buffer.concat(wantUsage ? [body.subarray(0, open - 1), head, ...pieces] : [head, ...pieces]);
}

function withUsage(options: string): string {
  const value: unknown = JSON.parse(options);
  return JSON.stringify({ ...(typeof value === 'object' && value !== null ? value : {}), include_usage: true });
}
