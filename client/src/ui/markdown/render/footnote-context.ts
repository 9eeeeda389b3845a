import { createContext } from 'react';

export interface Footnotes {
  /** Makes ids unique in the page. */
  readonly prefix: string;
  /** Labels that have a footnote. */
  readonly labels: ReadonlySet<string>;
}

/** The footnotes of the text being shown. */
export const FootnoteContext = createContext<Footnotes>({ prefix: '', labels: new Set() });
