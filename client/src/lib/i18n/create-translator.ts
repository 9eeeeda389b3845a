import { setupI18n } from '@lingui/core';
import type { Messages } from '@lingui/core';
import type { Translator } from './language-store.ts';
import { messageId } from './message-id.ts';

/** The case of a `select` for what is not given. */
const nothing = 'none';
/** Stands for a backslash in a value: Lingui would read `\x41` in somebody's text as an escape. */
const backslash = '\uE000';

/** Translates by Lingui. `files` are a language's compiled PO files by their paths, `./de/order.po`. */
export function createTranslator(locale: string, files: Readonly<Record<string, Messages>>): Translator {
  const messages: Messages = {};
  for (const [path, words] of Object.entries(files)) {
    const room = /([^/]+)\.po$/.exec(path)?.[1] ?? '';
    for (const [id, message] of Object.entries(words)) messages[messageId(room, id)] = message;
  }
  const i18n = setupI18n({ locale, messages: { [locale]: messages } });
  function write(id: string, given: readonly unknown[]): string {
    const chosenBy = choicesOf(messages[id]);
    const values = given.map((value, index) =>
      value === '' && chosenBy.has(String(index)) ? nothing : icuValue(value),
    );
    return i18n._(id, Object.fromEntries(values.entries())).replaceAll(backslash, '\\');
  }

  function translate(english: unknown, id: string): unknown {
    if (Array.isArray(english)) return english.map((item: unknown, index) => translate(item, `${id}.${String(index)}`));
    if (typeof english === 'object' && english !== null) return translateAll(english, `${id}.`);
    if (!Object.hasOwn(messages, id)) return english;
    return typeof english === 'function' ? (...given: unknown[]) => write(id, given) : write(id, []);
  }

  function translateAll<T extends object>(english: T, prefix: string): T {
    const translated = { ...english };
    for (const [key, value] of Object.entries(english)) Reflect.set(translated, key, translate(value, prefix + key));
    return translated;
  }

  return {
    translate: (room, english) => translateAll(english, messageId(room, '')),
    message(room, id) {
      const whole = messageId(room, id);
      return Object.hasOwn(messages, whole) ? write(whole, []) : undefined;
    },
  };
}

/** The arguments a message chooses its words by: an empty text is nothing to them, for ICU has no empty case. */
function choicesOf(message: Messages[string] | undefined): ReadonlySet<string> {
  if (!Array.isArray(message)) return new Set();
  return new Set(message.flatMap((token) => (Array.isArray(token) && token[1] === 'select' ? [token[0]] : [])));
}

/** An argument of a catalog's function as its ICU message takes it. */
function icuValue(value: unknown): unknown {
  if (value === undefined || value === null) return nothing;
  return typeof value === 'string' ? value.replaceAll('\\', backslash) : value;
}
