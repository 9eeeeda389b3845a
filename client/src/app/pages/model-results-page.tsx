import { ModelResults } from '../../features/model-results/model-results.tsx';
import { useCompareTexts } from '../../lib/i18n/use-compare-texts.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { ContentPage } from '../content-page.tsx';

/** How models have done when their answers were compared. */
export function ModelResultsPage() {
  const { results } = useCompareTexts();
  usePageTitle(results.title);
  return (
    <ContentPage title={results.title} intro={results.intro}>
      <ModelResults />
    </ContentPage>
  );
}
