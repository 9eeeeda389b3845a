import type { Project } from '@parley/contracts';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ProjectForm } from './project-form.tsx';
import { useProjectActions } from './use-project-actions.ts';

export interface NewProjectDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (project: Project) => void;
}

const empty = { name: '', description: '', instructions: '', color: null };

/** Begins a project. */
export function NewProjectDialog({ open, onClose, onCreated }: NewProjectDialogProps) {
  const { projects } = useOrderTexts();
  const { create } = useProjectActions();
  return (
    <Dialog open={open} onClose={onClose} title={projects.new}>
      <ProjectForm
        settings={empty}
        action={projects.create}
        onSave={async (settings) => {
          const project = await create(settings);
          if (project) onCreated(project);
        }}
      />
    </Dialog>
  );
}
