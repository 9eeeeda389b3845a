import { createContext } from 'react';
import type { Language } from './languages.ts';

/** What components read so that they render again in another language; `LanguageScope` provides it. */
export const LanguageContext = createContext<Language>('en');
