import { useInfiniteQuery } from '@tanstack/react-query';
import { SearchX, SlidersHorizontal, TextSearch } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useSearchTexts } from '../../lib/i18n/use-search-texts.ts';
import { searchPagesQuery } from '../../lib/query/search-queries.ts';
import { useKeyDown } from '../../lib/use-key-down.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { forgetSearches, rememberSearch, useRecentSearches } from './recent-searches.ts';
import { toAsked } from './search-filter.ts';
import type { SearchFilter } from './search-filter.ts';
import { SearchFilters } from './search-filters.tsx';
import { SearchHits } from './search-hits.tsx';

export interface SearchViewProps {
  /** As the address says. */
  readonly filter: SearchFilter;
  readonly onChange: (filter: SearchFilter) => void;
}

/** Milliseconds after the last key until the search begins. */
const settleMs = 120;

/** Finds messages and titles while somebody types; the address keeps what is looked for. */
export function SearchView({ filter, onChange }: SearchViewProps) {
  const { page } = useSearchTexts();
  const [text, setText] = useState(filter.q);
  const [areFiltersShown, setFiltersShown] = useState(Object.values(filter).filter(Boolean).length > 1);
  const settled = useSettled(text, settleMs);
  const area = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  useKeyDown(bar, (event) => {
    if (event.key !== 'ArrowDown' || event.isComposing || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    area.current?.querySelector<HTMLElement>('ul a')?.focus();
  });
  useEffect(() => {
    if (settled !== filter.q) onChange({ ...filter, q: settled });
  }, [settled, filter, onChange]);
  useEffect(() => area.current?.querySelector('input')?.focus(), []);
  const { q, ...narrowing } = filter;
  const isNarrowed = Object.values(narrowing).some((value) => value !== undefined);
  return (
    <div ref={area} className="flex flex-col gap-4">
      <div ref={bar} className="flex gap-2">
        <SearchField label={page.field} value={text} onChange={setText} className="min-w-0 flex-1" />
        <Button
          aria-expanded={areFiltersShown}
          aria-pressed={isNarrowed}
          icon={<SlidersHorizontal aria-hidden className="size-4" />}
          onClick={() => setFiltersShown(!areFiltersShown)}
        >
          {page.filters.show}
        </Button>
      </div>
      {areFiltersShown ? (
        <>
          <SearchFilters filter={filter} onChange={(change) => onChange({ ...filter, ...change })} />
          {isNarrowed ? (
            <Button variant="ghost" size="small" className="self-start" onClick={() => onChange({ q })}>
              {page.filters.clear}
            </Button>
          ) : null}
        </>
      ) : null}
      {filter.q.trim() === '' ? (
        <Start onChoose={setText} />
      ) : (
        <Results filter={filter} onLeaveTop={() => area.current?.querySelector('input')?.focus()} />
      )}
    </div>
  );
}

function Results({ filter, onLeaveTop }: { readonly filter: SearchFilter; readonly onLeaveTop: () => void }) {
  const { page } = useSearchTexts();
  const search = useInfiniteQuery(searchPagesQuery(toAsked(filter)));
  const { hasNextPage, isFetching, fetchNextPage } = search;
  const hits = (search.data?.pages ?? []).flatMap(({ items }) => items);
  const progress = search.data?.pages.at(-1)?.progress ?? null;
  // A page may be empty although there is more behind it.
  const isSeeking = hits.length === 0 && hasNextPage && !search.isError;
  useEffect(() => {
    if (isSeeking && !isFetching) void fetchNextPage();
  }, [isSeeking, isFetching, fetchNextPage]);
  if (search.isError || search.isPending) {
    return (
      <QueryState
        isError={search.isError}
        failed={page.failed}
        loading={page.searching}
        onRetry={() => void search.refetch()}
      />
    );
  }
  return (
    <>
      {progress === null ? null : <Banner tone="info">{page.building(Math.round(progress * 100))}</Banner>}
      <output className="text-xs text-text-muted">
        {isSeeking || search.isPlaceholderData
          ? page.searching
          : hits.length > 0
            ? page.found(hits.length, hasNextPage)
            : ''}
      </output>
      {hits.length === 0 && !isSeeking && !search.isPlaceholderData ? (
        <EmptyState icon={<SearchX className="size-6" />} title={page.nothing} text={page.nothingText} />
      ) : (
        <SearchHits hits={hits} onOpen={() => rememberSearch(filter.q)} onLeaveTop={onLeaveTop} />
      )}
      {hasNextPage && hits.length > 0 ? (
        <Button className="self-center" busy={search.isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {page.more}
        </Button>
      ) : null}
    </>
  );
}

function Start({ onChoose }: { readonly onChoose: (text: string) => void }) {
  const { page } = useSearchTexts();
  const recent = useRecentSearches(({ texts }) => texts);
  if (recent.length === 0) {
    return <EmptyState icon={<TextSearch className="size-6" />} title={page.start} text={page.startText} />;
  }
  return (
    <section aria-label={page.recent}>
      <h2 className="mb-1 text-xs font-medium text-text-muted">{page.recent}</h2>
      <ul className="-mx-2">
        {recent.map((text) => (
          <li key={text}>
            <button
              type="button"
              onClick={() => onChoose(text)}
              className="block min-h-9 w-full truncate rounded-control px-2 py-1.5 text-start hover:bg-hover touch:min-h-11"
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
      <Button variant="ghost" size="small" className="mt-2" onClick={forgetSearches}>
        {page.forget}
      </Button>
    </section>
  );
}
