import { enPanel } from '../../locales/en-panel.ts';
import { createTexts } from './create-texts.ts';

/** The catalog of the panel beside a chat; apart from `Texts`, because the first page does without it. */
export type PanelTexts = typeof enPanel;

/** The words of the panel beside a chat: `const { tree } = usePanelTexts()`. */
export const [usePanelTexts] = createTexts('panel', enPanel);
