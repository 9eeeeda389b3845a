import { problems } from '@parley/contracts';

/** What the server says went wrong, by problem code. In English its own words are shown; this is what is translated. */
export const enProblems = Object.fromEntries(Object.entries(problems).map(([code, { title }]) => [code, title]));
