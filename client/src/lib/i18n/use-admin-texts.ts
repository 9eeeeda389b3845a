import { createContext, use } from 'react';
import { enAdmin } from '../../locales/en-admin.ts';

/** The catalog of the administration; apart from `Texts`, because the first page does without it. */
export type AdminTexts = typeof enAdmin;

const AdminTextsContext = createContext<AdminTexts>(enAdmin);

/** The words of the administration: `const { audit } = useAdminTexts()`. */
export function useAdminTexts(): AdminTexts {
  return use(AdminTextsContext);
}
