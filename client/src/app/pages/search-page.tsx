import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { SearchView } from '../../features/search/search-view.tsx';
import { readSearchFilter } from '../../features/search/search-filter.ts';
import type { SearchFilter } from '../../features/search/search-filter.ts';
import { useSearchTexts } from '../../lib/i18n/use-search-texts.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { ContentPage } from '../content-page.tsx';

/** Finds any message; the address names what is looked for. */
export function SearchPage() {
  const { page } = useSearchTexts();
  const navigate = useNavigate();
  const search = useSearch({ from: '/signed-in/search' });
  const filter = useMemo(() => readSearchFilter(search), [search]);
  const change = useCallback(
    (next: SearchFilter) => void navigate({ to: '/search', search: next, replace: true }),
    [navigate],
  );
  usePageTitle(page.title);
  return (
    <ContentPage title={page.title}>
      <SearchView filter={filter} onChange={change} />
    </ContentPage>
  );
}
