import path from 'node:path';
import { build, type Plugin } from 'vite';

/** Builds `service-worker.js`, which has to lie beside the page, in one piece and always under the same name. */
export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    async generateBundle() {
      const result = await build({
        configFile: false,
        root: path.join(import.meta.dirname, '..'),
        logLevel: 'warn',
        publicDir: false,
        build: {
          write: false,
          target: 'es2023',
          rolldownOptions: {
            input: path.join(import.meta.dirname, '../service-worker/service-worker.ts'),
            output: { format: 'iife' },
          },
        },
      });
      const [chunk] = Array.isArray(result) || !('output' in result) ? [] : result.output;
      if (chunk?.type !== 'chunk') throw new Error('The service worker was not built.');
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: chunk.code });
    },
  };
}
