import { createContext, use } from 'react';
import { en } from '../../locales/en.ts';

/** A whole catalog; another language is a value of this type. */
export type Texts = typeof en;

const TextsContext = createContext<Texts>(en);

/** The words of the interface: `const { sidebar } = useTexts()`. */
export function useTexts(): Texts {
  return use(TextsContext);
}
