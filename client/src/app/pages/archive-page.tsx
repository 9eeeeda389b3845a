import { ArchiveList } from '../../features/conversations/archive-list.tsx';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { ContentPage } from '../content-page.tsx';

/** Chats that left the sidebar without being deleted. */
export function ArchivePage() {
  const { sidebar } = useTexts();
  usePageTitle(sidebar.archivePage);
  return (
    <ContentPage title={sidebar.archivePage}>
      <ArchiveList />
    </ContentPage>
  );
}
