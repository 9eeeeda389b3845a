import { enActions } from '../../locales/en-actions.ts';
import { createTexts } from './create-texts.ts';

/** The words of the pages about actions: `const { form } = useActionsTexts()`. */
export const [useActionsTexts] = createTexts('actions', enActions);
