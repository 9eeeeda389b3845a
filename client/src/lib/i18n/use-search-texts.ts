import { enSearch } from '../../locales/en-search.ts';
import { createTexts } from './create-texts.ts';

/** The catalog of search, palette and keys; apart from `Texts`, because the first page does without it. */
export type SearchTexts = typeof enSearch;

/** The words of search, palette and keys: `const { palette } = useSearchTexts()`. */
export const [useSearchTexts] = createTexts('search', enSearch);
