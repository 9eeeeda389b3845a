import { createContext, use } from 'react';

/**
 * The hook for one catalog of words, `const { form } = useAgentTexts()`. Catalogs stay apart, so that a page loads the
 * words it shows and no others.
 */
export function createTexts<T>(english: T): () => T {
  const context = createContext(english);
  return () => use(context);
}
