import { createContext } from 'react';

/** Where a number in brackets leads. */
export interface Citation {
  readonly title: string;
  readonly url: string;
}

/** What `[1]`, `[2]` … in a text refer to, in this order; empty where they are nothing but numbers. */
export const CitationContext = createContext<readonly Citation[]>([]);
