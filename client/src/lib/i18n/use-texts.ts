import { en } from '../../locales/en.ts';
import { createTexts } from './create-texts.ts';

/** A whole catalog; another language is a value of this type. */
export type Texts = typeof en;

/** The words of the interface: `const { sidebar } = useTexts()`, and `readTexts()` outside of components. */
export const [useTexts, readTexts] = createTexts('app', en);
