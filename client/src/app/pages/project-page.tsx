import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { Project } from '@parley/contracts';
import { SquarePen, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { DeleteProjectDialog } from '../../features/projects/delete-project-dialog.tsx';
import { ProjectChats } from '../../features/projects/project-chats.tsx';
import { ProjectForm } from '../../features/projects/project-form.tsx';
import { useProjectActions } from '../../features/projects/use-project-actions.ts';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { projectsQuery } from '../../lib/query/order-queries.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { Button } from '../../ui/button.tsx';
import { buttonClass } from '../../ui/button-class.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { ContentPage } from '../content-page.tsx';

/** One project: its chats, and what the model is told in it. */
export function ProjectPage() {
  const { projects } = useOrderTexts();
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId' });
  const { data, isError, refetch } = useQuery(projectsQuery);
  const project = data?.find(({ id }) => id === projectId);
  usePageTitle(project?.name ?? projects.title);
  if (project) return <ProjectView key={project.id} project={project} />;
  return (
    <ContentPage title={projects.title}>
      {data ? (
        <EmptyState
          title={projects.missingTitle}
          text={projects.missingText}
          action={
            <Link to="/projects" className={buttonClass('secondary')}>
              {projects.toList}
            </Link>
          }
        />
      ) : (
        <QueryState
          isError={isError}
          failed={projects.failed}
          loading={projects.loading}
          onRetry={() => void refetch()}
        />
      )}
    </ContentPage>
  );
}

function ProjectView({ project }: { readonly project: Project }) {
  const { projects } = useOrderTexts();
  const navigate = useNavigate();
  const { update } = useProjectActions();
  const [isDeleting, setDeleting] = useState(false);
  const { id, name, description, instructions, color } = project;
  return (
    <ContentPage
      title={name}
      intro={description}
      actions={
        <Link
          to="/c/$conversationId"
          params={{ conversationId: 'new' }}
          search={{ project: id }}
          className={buttonClass('primary')}
        >
          <SquarePen aria-hidden className="size-4" />
          {projects.newChat}
        </Link>
      }
    >
      <div className="flex flex-col gap-10">
        <ProjectChats projectId={id} />
        <section aria-labelledby="project-settings">
          <h2 id="project-settings" className="mb-3 text-lg font-semibold">
            {projects.settings}
          </h2>
          <ProjectForm
            settings={{ name, description, instructions, color }}
            action={projects.save}
            onSave={async (settings) => {
              if (await update(id, settings)) showToast({ tone: 'success', text: projects.saved });
            }}
          />
        </section>
        <div className="border-t border-border pt-4">
          <Button variant="danger" icon={<Trash2 aria-hidden className="size-4" />} onClick={() => setDeleting(true)}>
            {projects.delete}
          </Button>
        </div>
      </div>
      <DeleteProjectDialog
        project={project}
        open={isDeleting}
        onClose={() => setDeleting(false)}
        onDeleted={() => void navigate({ to: '/projects' })}
      />
    </ContentPage>
  );
}
