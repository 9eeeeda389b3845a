import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { parsePo } from 'pofile-ts';
import type { Plugin } from 'vite';

/** Makes a module of each PO file: its messages by their ids, compiled by Lingui, so that no page parses ICU. */
export function poWords(): Plugin {
  return {
    name: 'po-words',
    transform: {
      filter: { id: /\.po$/ },
      handler(code, id) {
        const messages = parsePo(code).items.flatMap(({ msgid, msgstr: [message = ''] }) => {
          if (message === '') return [];
          try {
            return [[msgid, compileMessageOrThrow(message)] as const];
          } catch (error) {
            throw new Error(`The message ${msgid} in ${id} is not valid ICU.`, { cause: error });
          }
        });
        return { code: `export default ${JSON.stringify(Object.fromEntries(messages))};`, map: null };
      },
    },
  };
}
