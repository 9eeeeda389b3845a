import { enSettings } from '../../locales/en-settings.ts';
import { createTexts } from './create-texts.ts';

/** The words of the settings page: `const { reading } = useSettingsTexts()`. */
export const [useSettingsTexts, readSettingsTexts] = createTexts('settings', enSettings);
