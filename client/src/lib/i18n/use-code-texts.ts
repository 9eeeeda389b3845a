import { createContext, use } from 'react';
import { enCode } from '../../locales/en-code.ts';

/** The catalog of code that runs; apart from `Texts`, because the first page does without it. */
export type CodeTexts = typeof enCode;

const CodeTextsContext = createContext<CodeTexts>(enCode);

/** The words about code that runs: `const { ends } = useCodeTexts()`. */
export function useCodeTexts(): CodeTexts {
  return use(CodeTextsContext);
}
