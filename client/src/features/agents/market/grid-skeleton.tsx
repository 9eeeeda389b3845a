import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';

const cards = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Grey cards where agents will be. */
export function GridSkeleton({ label }: { readonly label: string }) {
  return (
    <output className="block animate-fade">
      <VisuallyHidden>{label}</VisuallyHidden>
      <span aria-hidden className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,17rem),1fr))] gap-3">
        {cards.map((card) => (
          <span key={card} className="flex h-44 flex-col gap-3 rounded-card border border-border p-4">
            <span className="flex items-center gap-3">
              <span className="size-10 animate-pulse rounded-card bg-selected" />
              <span className="h-3 w-1/2 animate-pulse rounded-control bg-selected" />
            </span>
            <span className="h-3 w-full animate-pulse rounded-control bg-selected" />
            <span className="h-3 w-3/4 animate-pulse rounded-control bg-selected" />
          </span>
        ))}
      </span>
    </output>
  );
}
