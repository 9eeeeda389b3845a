import type { Conversation, ProjectId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { projectsQuery } from '../../lib/query/order-queries.ts';
import { Button } from '../../ui/button.tsx';
import { buttonClass } from '../../ui/button-class.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { RadioChoice } from '../../ui/radio-choice.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { useConversationActions } from './use-conversation-actions.ts';

export interface MoveDialogProps {
  readonly conversations: readonly Conversation[];
  readonly onClose: () => void;
}

/** Into which project conversations go, or that they go out of the one they are in. */
export function MoveDialog({ conversations, onClose }: MoveDialogProps) {
  const { move: texts, projects: words } = useOrderTexts();
  const { sidebar, common } = useTexts();
  const actions = useConversationActions();
  const projects = useQuery(projectsQuery);
  const [first] = conversations;
  const [choice, setChoice] = useState<ProjectId | ''>((conversations.length === 1 && first?.projectId) || '');
  const [busy, setBusy] = useState(false);
  const options: { value: ProjectId | ''; label: string }[] = [
    { value: '', label: texts.none },
    ...(projects.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ];
  const move = async () => {
    setBusy(true);
    const projectId = choice === '' ? null : choice;
    const worked =
      conversations.length === 1 && first
        ? await actions.move(first, projectId)
        : await actions.changeAll(conversations, { projectId });
    setBusy(false);
    if (!worked) return;
    const name = projects.data?.find(({ id }) => id === projectId)?.name;
    showToast({ tone: 'success', text: name === undefined ? texts.left : texts.moved(name) });
    onClose();
  };
  const isEmpty = projects.data?.length === 0;
  return (
    <Dialog
      open
      onClose={onClose}
      title={
        conversations.length === 1
          ? texts.title(first?.title || sidebar.untitled)
          : texts.titleMany(conversations.length)
      }
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          {isEmpty ? null : (
            <Button variant="primary" busy={busy} onClick={() => void move()}>
              {texts.move}
            </Button>
          )}
        </>
      }
    >
      {projects.data ? null : (
        <QueryState
          isError={projects.isError}
          failed={words.failed}
          loading={words.loading}
          onRetry={() => void projects.refetch()}
        />
      )}
      {isEmpty ? (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="text-text-muted">{texts.empty}</p>
          <Link to="/projects" onClick={onClose} className={buttonClass('primary')}>
            {texts.create}
          </Link>
        </div>
      ) : projects.data ? (
        <RadioChoice
          legend={texts.current}
          value={choice}
          options={options}
          onChoose={setChoice}
          className="flex-col gap-0.5"
          optionClassName="rounded-control hover:bg-hover has-checked:bg-selected has-checked:font-medium has-checked:text-text has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent"
        />
      ) : null}
    </Dialog>
  );
}
