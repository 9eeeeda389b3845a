import { enAdmin } from '../../locales/en-admin.ts';
import { createTexts } from './create-texts.ts';

/** The words of the administration: `const { audit } = useAdminTexts()`. */
export const [useAdminTexts] = createTexts('admin', enAdmin);
