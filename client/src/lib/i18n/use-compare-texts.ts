import { enCompare } from '../../locales/en-compare.ts';
import { createTexts } from './create-texts.ts';

/** The catalog of answers side by side. */
export type CompareTexts = typeof enCompare;

/** The words of answers side by side; apart from `Texts`, because the first page does without them. */
export const [useCompareTexts] = createTexts('compare', enCompare);
