import type { SearchHit } from '@parley/contracts';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useSearchTexts } from '../../lib/i18n/use-search-texts.ts';
import { useKeyDown } from '../../lib/use-key-down.ts';
import { timeAgo } from '../../lib/time-ago.ts';
import { MarkedText } from '../../ui/marked-text.tsx';

export interface SearchHitsProps {
  readonly hits: readonly SearchHit[];
  readonly onOpen: () => void;
  /** The arrow key left the list at its top. */
  readonly onLeaveTop: () => void;
}

/** What was found, each a link to the very message; the arrow keys walk from one to the next. */
export function SearchHits({ hits, onOpen, onLeaveTop }: SearchHitsProps) {
  const { page } = useSearchTexts();
  const list = useRef<HTMLUListElement>(null);
  useKeyDown(list, (event) => {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const index = links.findIndex((link) => link === document.activeElement);
    const next = event.key === 'ArrowDown' ? index + 1 : event.key === 'ArrowUp' ? index - 1 : undefined;
    if (next === undefined) return;
    event.preventDefault();
    if (next < 0) onLeaveTop();
    else links[next]?.focus();
  });
  return (
    <ul ref={list} aria-label={page.results} className="-mx-3 flex flex-col">
      {hits.map((hit) => (
        <li
          key={hit.messageId ?? hit.conversationId}
          className="border-b border-border [contain-intrinsic-size:auto_6rem] [content-visibility:auto] last:border-b-0"
        >
          <Link
            to="/c/$conversationId"
            params={{ conversationId: hit.conversationId }}
            search={hit.messageId === null ? {} : { message: hit.messageId }}
            onClick={onOpen}
            className="block rounded-control px-3 py-3 hover:bg-hover focus-visible:-outline-offset-2"
          >
            <span dir="auto" className="block truncate font-medium">
              <MarkedText {...hit.title} />
            </span>
            {hit.messageId === null ? null : (
              <span dir="auto" className="mt-0.5 line-clamp-2 text-text-muted">
                <MarkedText {...hit.snippet} />
              </span>
            )}
            <HitFacts hit={hit} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function HitFacts({ hit }: { readonly hit: SearchHit }) {
  const { page } = useSearchTexts();
  const [now] = useState(() => new Date());
  const by = hit.role === null ? page.titleHit : hit.role === 'user' ? (hit.author?.name ?? page.mine) : hit.model;
  const place = hit.sharedBy ? [page.sharedBy(hit.sharedBy.name)] : hit.archived ? [page.archived] : [];
  const facts = [by, timeAgo(hit.at, now), ...place];
  return <span className="mt-1 block text-xs text-text-muted">{facts.join(' · ')}</span>;
}
