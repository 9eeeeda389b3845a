import { createHighlighter } from './highlighter.ts';

/** The page's one highlighter. */
export const pageHighlighter = createHighlighter({
  createWorker: () => new Worker(new URL('./highlight-worker.ts', import.meta.url), { type: 'module' }),
});
