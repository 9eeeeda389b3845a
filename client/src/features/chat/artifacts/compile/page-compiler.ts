import { createCompiler } from './compiler.ts';

/** The page's one compiler. */
export const pageCompiler = createCompiler({
  createWorker: () => new Worker(new URL('compile-worker.ts', import.meta.url), { type: 'module' }),
});
