export interface SkipLink {
  readonly label: string;
  /** Moves the focus; called instead of following a fragment, which the router would take for a page. */
  readonly onFollow: () => void;
}

/** Links for keyboard users that appear on the first Tab of a page. */
export function SkipLinks({ label, links }: { readonly label: string; readonly links: readonly SkipLink[] }) {
  return (
    <nav aria-label={label} className="fixed inset-s-2 top-2 z-50 flex gap-2">
      {links.map((link) => (
        <button
          key={link.label}
          type="button"
          onClick={link.onFollow}
          className="sr-only rounded-control bg-raised font-medium shadow-floating focus:not-sr-only focus:px-3 focus:py-2"
        >
          {link.label}
        </button>
      ))}
    </nav>
  );
}
