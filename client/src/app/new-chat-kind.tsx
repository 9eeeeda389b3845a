import type { ProjectId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Folder, Ghost, X } from 'lucide-react';
import { useEffect } from 'react';
import { useOrderTexts } from '../lib/i18n/use-order-texts.ts';
import { useNewChat } from '../lib/new-chat.ts';
import { projectsQuery } from '../lib/query/order-queries.ts';
import { IconButton } from '../ui/icon-button.tsx';

export interface NewChatKindProps {
  /** As the address has it. */
  readonly projectId: ProjectId | undefined;
  readonly onLeaveProject: () => void;
}

/** What a chat that has not begun will be: in which project, and whether it is temporary. */
export function NewChatKind({ projectId, onLeaveProject }: NewChatKindProps) {
  const { projects: words, temporary: texts } = useOrderTexts();
  const { temporary } = useNewChat();
  const projects = useQuery({ ...projectsQuery, enabled: projectId !== undefined }).data;
  const project = projects?.find(({ id }) => id === projectId);
  const isMissing = projects !== undefined && project === undefined;
  useEffect(() => {
    // One that is gone must not keep the chat from beginning.
    if (isMissing) useNewChat.setState({ projectId: undefined });
  }, [isMissing]);
  return (
    <>
      {project ? (
        <span className="flex min-w-0 items-center gap-1.5 text-xs text-text-muted">
          <Folder aria-hidden className="size-3.5 shrink-0" />
          <span className="max-w-40 truncate sm:max-w-64">{words.inProject(project.name)}</span>
          <IconButton
            size="small"
            label={words.leave}
            icon={<X aria-hidden className="size-3.5" />}
            onClick={onLeaveProject}
          />
        </span>
      ) : null}
      {temporary ? (
        <span aria-hidden className="max-w-96 truncate ps-2 text-xs text-text-muted max-sm:hidden">
          {texts.text}
        </span>
      ) : null}
      <IconButton
        label={texts.toggle}
        tooltip={texts.on}
        aria-pressed={temporary}
        aria-description={texts.text}
        icon={<Ghost aria-hidden className="size-4.5" />}
        onClick={() => useNewChat.setState({ temporary: !temporary })}
      />
    </>
  );
}
