import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { NewProjectDialog } from '../../features/projects/new-project-dialog.tsx';
import { ProjectList } from '../../features/projects/project-list.tsx';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { Button } from '../../ui/button.tsx';
import { ContentPage } from '../content-page.tsx';

/** All projects. */
export function ProjectsPage() {
  const { projects } = useOrderTexts();
  const navigate = useNavigate();
  const [isNew, setNew] = useState(false);
  usePageTitle(projects.title);
  const create = (
    <Button variant="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => setNew(true)}>
      {projects.new}
    </Button>
  );
  return (
    <ContentPage title={projects.title} intro={projects.intro} actions={create}>
      <ProjectList />
      <NewProjectDialog
        open={isNew}
        onClose={() => setNew(false)}
        onCreated={({ id }) => void navigate({ to: '/projects/$projectId', params: { projectId: id } })}
      />
    </ContentPage>
  );
}
