import type { PromptGroupId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { explainError } from '../../lib/explain-error.ts';
import { useReuseTexts } from '../../lib/i18n/use-reuse-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { promptQuery } from '../../lib/query/prompt-queries.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { PromptForm } from './prompt-form.tsx';

export interface PromptEditorProps {
  readonly edited: PromptGroupId | 'new' | undefined;
  readonly onClose: () => void;
}

/** Makes or changes a prompt: what it is called, its text with a preview, and its versions. */
export function PromptEditor({ edited, onClose }: PromptEditorProps) {
  const { editor } = useReuseTexts();
  return (
    <Dialog
      open={edited !== undefined}
      onClose={onClose}
      size="large"
      title={edited === 'new' ? editor.newTitle : editor.editTitle}
    >
      {edited === undefined ? null : edited === 'new' ? (
        <PromptForm stored={undefined} onSaved={onClose} />
      ) : (
        <LoadedPrompt key={edited} id={edited} onClose={onClose} />
      )}
    </Dialog>
  );
}

function LoadedPrompt({ id, onClose }: { readonly id: PromptGroupId; readonly onClose: () => void }) {
  const texts = useTexts();
  const { editor } = useReuseTexts();
  const query = useQuery({ ...promptQuery(id), staleTime: 0, refetchOnWindowFocus: false });
  if (query.data && query.isFetchedAfterMount) return <PromptForm stored={query.data} onSaved={onClose} />;
  return (
    <QueryState
      isError={query.isError}
      failed={`${editor.loadFailed} ${query.error ? explainError(query.error, texts) : ''}`}
      loading={editor.loading}
      onRetry={() => void query.refetch()}
    />
  );
}
