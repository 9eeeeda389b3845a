import { enAccountData } from '../../locales/en-account-data.ts';
import { createTexts } from './create-texts.ts';

/** The words of the end of chats and accounts, of printing and of new chats: `const { removal } = useAccountDataTexts()`. */
export const [useAccountDataTexts, readAccountDataTexts] = createTexts('account-data', enAccountData);
