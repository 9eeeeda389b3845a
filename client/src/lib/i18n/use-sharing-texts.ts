import { createContext, use } from 'react';
import { enSharing } from '../../locales/en-sharing.ts';

/** The catalog of the sharing dialog; apart from `Texts`, because the first page does without it. */
export type SharingTexts = typeof enSharing;

const SharingTextsContext = createContext<SharingTexts>(enSharing);

/** The words of the sharing dialog. */
export function useSharingTexts(): SharingTexts {
  return use(SharingTextsContext);
}
