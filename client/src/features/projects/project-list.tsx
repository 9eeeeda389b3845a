import type { Project } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, Ellipsis, Folder } from 'lucide-react';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { projectsQuery } from '../../lib/query/order-queries.ts';
import { rankBetween } from '../../lib/rank-between.ts';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { ProjectMark } from './project-mark.tsx';
import { useConversationDrop } from './use-conversation-drop.ts';
import { useProjectActions } from './use-project-actions.ts';

/** Somebody's projects; chats from the sidebar can be dropped on each. */
export function ProjectList() {
  const { projects: texts } = useOrderTexts();
  const { data, isError, refetch } = useQuery(projectsQuery);
  const { update } = useProjectActions();
  if (!data) {
    const state = { isError, failed: texts.failed, loading: texts.loading };
    return <QueryState {...state} onRetry={() => void refetch()} />;
  }
  if (data.length === 0) {
    return <EmptyState icon={<Folder className="size-5" />} title={texts.emptyTitle} text={texts.emptyText} />;
  }
  const positionAt = (index: number) => data[index]?.position;
  return (
    <ul className="flex flex-col gap-2">
      {data.map((project, index) => (
        <ProjectCard
          key={project.id}
          project={project}
          onUp={
            index === 0
              ? undefined
              : () => void update(project.id, { position: rankBetween(positionAt(index - 2), positionAt(index - 1)) })
          }
          onDown={
            index === data.length - 1
              ? undefined
              : () => void update(project.id, { position: rankBetween(positionAt(index + 1), positionAt(index + 2)) })
          }
        />
      ))}
    </ul>
  );
}

interface ProjectCardProps {
  readonly project: Project;
  readonly onUp: (() => void) | undefined;
  readonly onDown: (() => void) | undefined;
}

function ProjectCard({ project, onUp, onDown }: ProjectCardProps) {
  const { projects } = useOrderTexts();
  const { file } = useProjectActions();
  const { isOver, handlers } = useConversationDrop((id) => void file(id, project.id));
  const { id, name, description, color, conversations } = project;
  return (
    <li
      {...handlers}
      className={classNames(
        'relative flex items-center gap-3 rounded-card border bg-raised px-4 py-3 hover:bg-hover',
        isOver ? 'border-accent' : 'border-border',
      )}
    >
      <ProjectMark color={color} />
      <div className="min-w-0 flex-1">
        <Link
          to="/projects/$projectId"
          params={{ projectId: id }}
          dir="auto"
          className="block truncate font-medium before:absolute before:inset-0 before:rounded-card"
        >
          {name}
        </Link>
        {description === '' ? null : (
          <p dir="auto" className="truncate text-text-muted">
            {description}
          </p>
        )}
      </div>
      <span className="shrink-0 text-xs text-text-muted tabular-nums">{projects.chatCount(conversations)}</span>
      <Menu
        className="relative z-10 inline-flex"
        entries={[
          {
            kind: 'action',
            label: projects.moveUp,
            icon: <ArrowUp className="size-4" />,
            disabled: !onUp,
            onSelect: () => onUp?.(),
          },
          {
            kind: 'action',
            label: projects.moveDown,
            icon: <ArrowDown className="size-4" />,
            disabled: !onDown,
            onSelect: () => onDown?.(),
          },
        ]}
        renderTrigger={(trigger) => (
          <IconButton
            {...trigger}
            size="small"
            label={projects.actions(name)}
            icon={<Ellipsis aria-hidden className="size-4" />}
          />
        )}
      />
    </li>
  );
}
