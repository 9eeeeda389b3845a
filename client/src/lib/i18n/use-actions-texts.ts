import { createContext, use } from 'react';
import { enActions } from '../../locales/en-actions.ts';

/** The catalog of the pages about actions; apart from `Texts`, because the first page does without it. */
type ActionsTexts = typeof enActions;

const ActionsTextsContext = createContext<ActionsTexts>(enActions);

/** The words of the pages about actions: `const { form } = useActionsTexts()`. */
export function useActionsTexts(): ActionsTexts {
  return use(ActionsTextsContext);
}
