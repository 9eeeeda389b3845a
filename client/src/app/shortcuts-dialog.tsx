import { useTexts } from '../lib/i18n/use-texts.ts';
import { describeKeys, listShortcuts } from '../lib/shortcuts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useShortcutList } from './shortcut-list.ts';

/** Every shortcut that works on the page right now, by group. */
export function ShortcutsDialog() {
  const { shortcuts } = useTexts();
  const { isOpen, close } = useShortcutList();
  const groups = isOpen ? Object.entries(Object.groupBy(listShortcuts(), ({ group }) => group)) : [];
  return (
    <Dialog open={isOpen} onClose={close} title={shortcuts.title}>
      {groups.map(([group, entries]) => (
        <section key={group} className="mt-2">
          <h3 className="py-1.5 text-xs font-medium text-text-muted">{group}</h3>
          <dl>
            {entries?.map(({ id, keys, label }) => (
              <div key={id} className="flex items-center justify-between gap-4 border-t border-border py-2">
                <dt>{label}</dt>
                <dd className="flex shrink-0 gap-1">
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
    </Dialog>
  );
}
