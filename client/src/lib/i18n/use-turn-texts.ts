import { enTurn } from '../../locales/en-turn.ts';
import { createTexts } from './create-texts.ts';

/** The catalog of what can be done with a turn. */
export type TurnTexts = typeof enTurn;

/** The words of what can be done with a turn; apart from `Texts`, because the first page does without them. */
export const [useTurnTexts] = createTexts('turn', enTurn);
