import { problems } from '@parley/contracts';
import { languageStore } from './language-store.ts';

interface Problem {
  readonly code: string;
  readonly title: string;
  readonly detail?: string | undefined;
}

/** Whose details are another system's own words, or name the one thing that is wrong: no title says as much. */
const tellsMore = new Set<string>([
  'invalid-request',
  'invalid-json',
  'sign-in-failed',
  'mcp-server-failed',
  'upstream-error',
  'upstream-refused',
  'upstream-malformed',
]);

/** A problem of the server for the reader: in English its own words, in another language those of its code. */
export function problemWords({ code, title, detail }: Problem): { readonly title: string; readonly detail?: string } {
  const translated = languageStore.getState().translator?.message('problems', code);
  const isShown = detail !== undefined && detail !== title && (translated === undefined || tellsMore.has(code));
  return { title: translated ?? title, ...(isShown ? { detail } : {}) };
}

/** The same in one line: English details say it all, others stand behind the sentence. */
export function explainProblem(problem: Problem): string {
  const { title, detail } = problemWords(problem);
  const sentence = languageStore.getState().language === 'zh' ? `${title}。` : `${title}. `;
  if (detail === undefined) return problem.detail === title ? title : sentence.trimEnd();
  return title === problem.title ? detail : sentence + detail;
}

/** The title of a problem in the language of the interface, where no code was kept with it. */
export function titleWords(title: string): string {
  const [code] = Object.entries(problems).find(([, its]) => its.title === title) ?? [];
  return code === undefined ? title : problemWords({ code, title }).title;
}
