import { enData } from '../../locales/en-data.ts';
import { createTexts } from './create-texts.ts';

/** The words of imports and exports: `const { states } = useDataTexts()`. */
export const [useDataTexts] = createTexts('data', enData);
