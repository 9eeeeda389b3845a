import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { PromptGroup, PromptGroupId } from '@parley/contracts';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { PromptLibrary } from '../../features/prompts/prompt-library.tsx';
import { refreshPrompts } from '../../features/prompts/refresh-prompts.ts';
import { ShareDialog } from '../../features/sharing/share-dialog.tsx';
import { useReuseTexts } from '../../lib/i18n/use-reuse-texts.ts';
import { answerersQuery, meQuery } from '../../lib/query/queries.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ContentPage } from '../content-page.tsx';

/** The prompt library: every prompt somebody may use. */
export function PromptsPage() {
  const { library } = useReuseTexts();
  const navigate = useNavigate();
  const client = useQueryClient();
  const without = useQuery(answerersQuery).data?.without ?? [];
  const isAdmin = useQuery(meQuery).data?.role === 'ADMIN';
  const [edited, setEdited] = useState<PromptGroupId | 'new'>();
  const [shared, setShared] = useState<PromptGroup>();
  usePageTitle(library.title);
  const isOff = without.includes('prompts');
  const makes = !isOff && (isAdmin || !without.includes('new-prompts'));
  return (
    <ContentPage
      title={library.title}
      intro={library.intro}
      width="wide"
      actions={
        makes ? (
          <Button variant="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => setEdited('new')}>
            {library.new}
          </Button>
        ) : null
      }
    >
      {isOff ? (
        <EmptyState title={library.off} />
      ) : (
        <PromptLibrary
          edited={edited}
          onEdit={setEdited}
          onUse={({ id }) =>
            void navigate({ to: '/c/$conversationId', params: { conversationId: 'new' }, search: { use: id } })
          }
          onShare={setShared}
        />
      )}
      <ShareDialog
        thing={shared && { type: 'prompt-group', id: shared.id, name: shared.name }}
        onClose={() => setShared(undefined)}
        onShared={() => refreshPrompts(client)}
      />
    </ContentPage>
  );
}
