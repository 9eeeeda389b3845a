import type { ActionSet } from '@parley/contracts';
import { useState } from 'react';
import { ActionList } from '../../features/actions/action-list.tsx';
import { ShareDialog } from '../../features/sharing/share-dialog.tsx';
import { useActionsTexts } from '../../lib/i18n/use-actions-texts.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { ContentPage } from '../content-page.tsx';

/** The APIs this person made tools of, and whom they share them with. */
export function ActionsPage() {
  const texts = useActionsTexts();
  const [shared, setShared] = useState<ActionSet>();
  usePageTitle(texts.title);
  return (
    <ContentPage title={texts.title}>
      <ActionList onShare={setShared} />
      <ShareDialog
        thing={shared === undefined ? undefined : { type: 'action-set', id: shared.id, name: shared.title }}
        onClose={() => setShared(undefined)}
      />
    </ContentPage>
  );
}
