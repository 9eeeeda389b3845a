import type { ReactNode } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { safeLink } from '../document/safe-url.ts';
import type { Citation } from './citation-context.ts';

const MARK = /\[(\d{1,3})\]/g;

interface CitationsProps {
  readonly text: string;
  readonly sources: readonly Citation[];
}

/** Text in which the numbers of sources lead to them. Numbers without a source stay what they are. */
export function Citations({ text, sources }: CitationsProps) {
  const { markdown } = useTexts();
  const shown: ReactNode[] = [];
  let from = 0;
  for (const { 0: mark, 1: number = '', index } of text.matchAll(MARK)) {
    const source = sources[Number(number) - 1];
    const link = source && safeLink(source.url);
    if (!link) continue;
    shown.push(
      text.slice(from, index),
      <a
        key={index}
        href={link.href}
        title={source.title}
        aria-label={markdown.source(number, source.title)}
        className="markdown-citation"
        rel="noopener noreferrer"
        {...(link.external ? { target: '_blank' } : {})}
      >
        {mark}
      </a>,
    );
    from = index + mark.length;
  }
  return [...shown, text.slice(from)];
}
