import { createItem } from 'pofile-ts';
import type { PoFile } from 'pofile-ts';
import type { EnglishMessage } from './english-messages.ts';

/** A PO file with exactly the messages of English, in its order, and the words that are known of each; new ones win. */
export function mergeWords(
  known: PoFile,
  english: readonly EnglishMessage[],
  language: string,
  newWords: Readonly<Record<string, string>> = {},
): PoFile {
  const items = new Map(known.items.map((item) => [item.msgid, item]));
  return {
    ...known,
    headers: {
      Language: language,
      'MIME-Version': '1.0',
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Transfer-Encoding': '8bit',
    },
    headerOrder: [],
    items: english.map(({ id, words }) => {
      const item = items.get(id) ?? { ...createItem(), msgid: id };
      return { ...item, msgstr: [newWords[id] ?? item.msgstr[0] ?? ''], extractedComments: [words] };
    }),
  };
}
