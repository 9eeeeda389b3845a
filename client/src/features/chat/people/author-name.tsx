import type { Person } from '@parley/contracts';
import { PersonCircle } from '../../../ui/person-circle.tsx';

/** Whose prompt it is, above it. The heading of its turn says so, too. */
export function AuthorName({ author }: { readonly author: Person }) {
  return (
    <p aria-hidden className="mb-1 flex max-w-[80%] items-center gap-1.5 self-end text-xs font-medium text-text-muted">
      <PersonCircle name={author.name} size="small" />
      <span dir="auto" className="truncate">
        {author.name}
      </span>
    </p>
  );
}
