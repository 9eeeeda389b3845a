import type { DocPage } from '@parley/contracts';
import { useEffect, useMemo, useRef } from 'react';
import { useInAppLinks } from '../../lib/use-in-app-links.ts';
import { Markdown } from '../../ui/markdown/markdown.tsx';
import { headingAnchor, preparePage } from './prepare-page.ts';

export interface DocArticleProps {
  readonly page: DocPage;
  /** The part to show, without `#`. */
  readonly anchor: string;
}

/**
 * A page of the documentation, which is written in English; mounted anew for each page. Its headings can be linked to, and its links stay inside
 * the app.
 */
export function DocArticle({ page, anchor }: DocArticleProps) {
  const article = useRef<HTMLElement>(null);
  const text = useMemo(() => preparePage(page), [page]);

  useEffect(() => {
    if (article.current) nameHeadings(article.current);
  }, []);

  useEffect(() => {
    if (anchor === '') return;
    const heading = document.querySelector<HTMLElement>(`#${CSS.escape(anchor)}`);
    heading?.scrollIntoView();
    heading?.focus({ preventScroll: true });
  }, [anchor]);

  useInAppLinks(article);

  return (
    <article ref={article} lang="en" dir="ltr" className="**:scroll-mt-16">
      <h2 className="mb-4 text-2xl font-semibold tracking-tight text-balance">{page.title}</h2>
      <Markdown text={text} settled />
    </article>
  );
}

/** The renderer leaves headings nameless, because answers on one page would claim the same names. */
function nameHeadings(article: HTMLElement): void {
  const taken = new Map<string, number>();
  for (const heading of article.querySelectorAll<HTMLElement>('h3, h4, h5, h6')) {
    heading.id = headingAnchor(heading.textContent, taken);
    heading.tabIndex = -1;
  }
}
