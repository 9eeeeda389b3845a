import { enSharing } from '../../locales/en-sharing.ts';
import { createTexts } from './create-texts.ts';

/** The words of the sharing dialog. */
export const [useSharingTexts] = createTexts('sharing', enSharing);
