import type { CodeStatus } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { codeStatusQuery } from '../../../../lib/query/code-queries.ts';
import { runnableLanguage } from './runnable-language.ts';

/** The language that a word after a fence means, when code in it can be run here and now. */
export function useRunnable(word: string): CodeStatus['languages'][number] | undefined {
  const languages = useRunnableLanguages();
  return runnableLanguage(word, languages);
}

/** The languages in which code can be run here and now; none while that is not known. */
export function useRunnableLanguages(): CodeStatus['languages'] {
  const { data } = useQuery(codeStatusQuery);
  return data?.enabled === true ? data.languages.filter(({ ready }) => ready) : [];
}
