/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The elements of a value; none when it is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** An id, which some products write as a number. */
export function idOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : textOf(value);
  return text?.slice(0, 500);
}

const earliest = Date.UTC(2000, 0);
const day = 24 * 3_600_000;

/** A moment, written in seconds or milliseconds since the epoch or in ISO 8601, in milliseconds; none before 2000 or after today. */
export function timeOf(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  const time = Math.round(typeof value === 'number' && number < 1e11 ? number * 1000 : number);
  return time >= earliest && time < Date.now() + day ? time : undefined;
}

/** A note in place of what an export does not hold. */
export function noteOf(what: 'Image' | 'File' | 'Audio', name?: string): string {
  return `[${what}${name === undefined ? '' : `: ${name.slice(0, 200)}`}, not part of the export]`;
}

/** Code between fences that it does not hold itself. */
export function fencedCode(code: string, language = ''): string {
  const longest = (code.match(/`{3,}/g) ?? []).reduce((most, fence) => Math.max(most, fence.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${/^[\w+#-]{0,30}$/.test(language) ? language : ''}\n${code}\n${fence}`;
}
