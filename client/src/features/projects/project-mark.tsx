import type { Project } from '@parley/contracts';
import { Folder } from 'lucide-react';
import { classNames } from '../../ui/class-names.ts';

const colors = { blue: 'text-accent', green: 'text-success', yellow: 'text-warning', red: 'text-danger' } as const;

/** The mark of a project, in its colour. */
export function ProjectMark({ color }: Pick<Project, 'color'>) {
  return (
    <Folder
      aria-hidden
      className={classNames('size-4.5 shrink-0', color === null ? 'text-text-muted' : colors[color])}
    />
  );
}
