import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { artifactFrame } from './build/artifact-frame.ts';
import { compressedFiles } from './build/compressed-files.ts';
import { languageFiles } from './build/language-files.ts';
import { poWords } from './build/po-words.ts';
import { serviceWorker } from './build/service-worker.ts';

const first = firstPageFiles();

export default defineConfig({
  plugins: [
    first.collect,
    react(),
    tailwindcss(),
    poWords(),
    languageFiles(),
    artifactFrame(),
    serviceWorker(),
    compressedFiles((file) => first.files.has(file)),
  ],
  server: { proxy: { '/api': 'http://127.0.0.1:3080' } },
  preview: { proxy: { '/api': 'http://127.0.0.1:3080' } },
  // The highlighter loads rarer languages on demand, which only module workers can.
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // light-dark() would otherwise be rewritten for browsers without it, at the cost of every colour twice.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    manifest: true,
    // What every visit has loaded already need not be named beside each import of something else.
    modulePreload: {
      resolveDependencies: (_, dependencies, { hostType }) =>
        hostType === 'js' ? dependencies.filter((file) => !first.files.has(file)) : dependencies,
    },
    // Diagram layouts are large and load only with a diagram; what the first visit loads has a budget of its own.
    chunkSizeWarningLimit: 1600,
    // The content security policy allows no data: fonts.
    assetsInlineLimit: (file) => (/\.(?:woff2?|ttf)$/.test(file) ? false : undefined),
    // What every visit loads comes in one piece: over a slow network each file more costs a share of a round trip.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } } },
  },
});

/** The chunks that every visit loads: the entry and what its modules import statically. */
function firstPageFiles() {
  const files = new Set<string>();
  const collect: Plugin = {
    name: 'collect-first-page',
    apply: 'build',
    enforce: 'pre',
    generateBundle: {
      order: 'pre',
      handler(_, bundle) {
        const visit = (file: string) => {
          const chunk = bundle[file];
          if (chunk?.type !== 'chunk' || files.has(file)) return;
          files.add(file);
          for (const imported of chunk.imports) visit(imported);
        };
        for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk' && chunk.isEntry) visit(chunk.fileName);
      },
    },
  };
  return { files, collect };
}
