/** Recognises JSON texts that differ in nothing but one string. */
export interface TextTemplate {
  /** The string of a JSON text that is like the one that was learnt; undefined when it has to be read in full. */
  textOf(data: string): string | undefined;
  /** Learns from a JSON text that was read in full: its only string that may differ is `text`, at the key `field`. */
  learn(data: string, field: string, text: string): void;
}

/** A stream whose events are all different in other places, too, is not worth learning from. */
const mostLessons = 8;
const space = 32;
const quote = 34;
const backslash = 92;

/**
 * Nearly all events of a stream are the same bytes around another text. One with the same bytes around a text without
 * escapes is the same JSON value with that text, so it need not be parsed to be known, and nothing is guessed.
 */
export function createTextTemplate(): TextTemplate {
  let before = '';
  let after = '';
  let lessons = 0;

  return {
    textOf(data) {
      if (before === '' || data.length <= before.length + after.length) return undefined;
      if (!data.endsWith(after) || !data.startsWith(before)) return undefined;
      const text = data.slice(before.length, data.length - after.length);
      if (!isPlain(text)) return undefined;
      lessons = 0;
      return text;
    },
    learn(data, field, text) {
      if (lessons === mostLessons || text === '' || !isPlain(text)) return;
      const key = `"${field}":`;
      const at = data.indexOf(`${key}"${text}"`);
      if (at === -1 || data.includes(`"${field}"`, at + 1)) return;
      lessons += 1;
      const start = at + key.length + 1;
      before = data.slice(0, start);
      after = data.slice(start + text.length);
    },
  };
}

/** Whether JSON writes it as itself: without quotes, escapes and control characters. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < space || code === quote || code === backslash) return false;
  }
  return true;
}
