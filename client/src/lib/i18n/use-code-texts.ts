import { enCode } from '../../locales/en-code.ts';
import { createTexts } from './create-texts.ts';

/** The catalog of code that runs; apart from `Texts`, because the first page does without it. */
export type CodeTexts = typeof enCode;

/** The words about code that runs: `const { ends } = useCodeTexts()`. */
export const [useCodeTexts] = createTexts('code', enCode);
