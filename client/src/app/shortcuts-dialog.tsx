import { Link } from '@tanstack/react-router';
import { useSearchTexts } from '../lib/i18n/use-search-texts.ts';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { listAllShortcuts } from '../lib/shortcut-catalog.ts';
import { describeKeys } from '../lib/shortcuts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useShortcutList } from './shortcut-list.ts';

/** Every shortcut with the keys it has now, by group. */
export function ShortcutsDialog() {
  const texts = useTexts();
  const search = useSearchTexts();
  const { shortcuts } = texts;
  const { isOpen, close } = useShortcutList();
  const groups = isOpen ? Object.entries(Object.groupBy(listAllShortcuts(texts, search), ({ group }) => group)) : [];
  return (
    <Dialog open={isOpen} onClose={close} title={shortcuts.title}>
      {groups.map(([group, entries]) => (
        <section key={group} className="mt-2">
          <h3 className="py-1.5 text-xs font-medium text-text-muted">{group}</h3>
          <dl>
            {entries?.map(({ id, keys, label }) => (
              <div key={id} className="flex items-center justify-between gap-4 border-t border-border py-2">
                <dt>{label}</dt>
                <dd dir="ltr" className="flex shrink-0 gap-1">
                  {describeKeys(keys).map((key) => (
                    <kbd
                      key={key}
                      className="min-w-6 rounded-control border border-border bg-surface px-1.5 py-0.5 text-center text-xs"
                    >
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p className="mt-4">
        <Link to="/settings" onClick={close} className="text-accent underline underline-offset-2">
          {search.keys.changeThem}
        </Link>
      </p>
    </Dialog>
  );
}
