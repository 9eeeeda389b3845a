import { Link } from '@tanstack/react-router';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { docPages } from './doc-pages.ts';

/** The table of contents of the documentation. */
export function DocNav({ current, className }: { readonly current: string; readonly className?: string }) {
  const { docs } = useTexts();
  return (
    <nav aria-label={docs.nav} className={className}>
      <ul>
        {docPages.map(({ slug, title }) => (
          <li key={slug}>
            <Link
              to="/docs/$"
              params={{ _splat: slug }}
              aria-current={slug === current ? 'page' : undefined}
              className={
                'flex min-h-9 items-center rounded-control px-2.5 py-1.5 text-text-muted hover:bg-hover hover:text-text focus-visible:-outline-offset-2 ' +
                'aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-text touch:min-h-11'
              }
            >
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
