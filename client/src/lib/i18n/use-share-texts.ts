import { enShares } from '../../locales/en-shares.ts';
import { createTexts } from './create-texts.ts';

/** The words of links to chats: `const { dialog } = useShareTexts()`. */
export const [useShareTexts] = createTexts('shares', enShares);
