import type { Plugin } from 'vite';

const wordsOf = /\/src\/locales\/([a-z]{2})\.ts$/;
const translator = /\/src\/lib\/i18n\/create-translator\.ts$/;

/**
 * Lets the page ask for the words of its reader's language together with its first scripts, not after they have run:
 * adds to index.html which files each language takes. The script before it has set `lang`.
 */
export function languageFiles(): Plugin {
  return {
    name: 'language-files',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((chunk) => chunk.type === 'chunk');
        const shared = chunks.filter((chunk) => chunk.moduleIds.some((id) => translator.test(id)));
        const files = chunks.flatMap((chunk) => {
          const language = wordsOf.exec(chunk.facadeModuleId ?? '')?.[1];
          if (language === undefined) return [];
          return [[language, [chunk, ...shared].map(({ fileName }) => `/${fileName}`)] as const];
        });
        const script = `for (const href of ${JSON.stringify(Object.fromEntries(files))}[document.documentElement.lang] ?? [])
  document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', crossOrigin: '', href }));`;
        return [{ tag: 'script', children: script, injectTo: 'head' }];
      },
    },
  };
}
