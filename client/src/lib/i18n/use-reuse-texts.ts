import { enReuse } from '../../locales/en-reuse.ts';
import { createTexts } from './create-texts.ts';

/** The words of settings, presets and the prompt library: `const { presets } = useReuseTexts()`. */
export const [useReuseTexts] = createTexts('reuse', enReuse);
