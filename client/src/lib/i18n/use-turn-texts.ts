import { enTurn } from '../../locales/en-turn.ts';
import { createTexts } from './create-texts.ts';

/** The words of what can be done with a turn; apart from `Texts`, because the first page does without them. */
export const useTurnTexts = createTexts(enTurn);
