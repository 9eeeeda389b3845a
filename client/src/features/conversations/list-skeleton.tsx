import { VisuallyHidden } from '../../ui/visually-hidden.tsx';

const widths = ['72%', '54%', '83%', '61%', '47%', '76%'];

/** Grey lines where titles will be. */
export function ListSkeleton({ label }: { readonly label: string }) {
  return (
    <output className="block animate-fade px-2.5 pt-3">
      <VisuallyHidden>{label}</VisuallyHidden>
      {widths.map((width) => (
        <span key={width} aria-hidden className="flex h-9 items-center">
          <span className="h-3 animate-pulse rounded-control bg-selected" style={{ width }} />
        </span>
      ))}
    </output>
  );
}
