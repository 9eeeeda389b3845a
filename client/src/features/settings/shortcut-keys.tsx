import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useSearchTexts } from '../../lib/i18n/use-search-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { setPreferences, usePreferences } from '../../lib/preferences.ts';
import { pressedKeys } from '../../lib/pressed-keys.ts';
import { listAllShortcuts } from '../../lib/shortcut-catalog.ts';
import type { ListedShortcut } from '../../lib/shortcut-catalog.ts';
import { describeKeys } from '../../lib/shortcuts.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';

/** Every shortcut with its keys, which may be others: press the button, then the new keys. */
export function ShortcutKeys() {
  const texts = useTexts();
  const search = useSearchTexts();
  const own = usePreferences(({ keys }) => keys);
  const [changing, setChanging] = useState<string>();
  const [notice, setNotice] = useState('');
  const all = listAllShortcuts(texts, search);

  const set = (shortcut: ListedShortcut, keys: string) => {
    const others = Object.entries(own).filter(([id]) => id !== shortcut.id);
    const mine: [string, string][] = keys === shortcut.defaultKeys ? [] : [[shortcut.id, keys]];
    setPreferences({ keys: Object.fromEntries([...others, ...mine]) });
    setNotice(search.keys.changed(shortcut.label, describeKeys(keys).join(' + ')));
    setChanging(undefined);
  };
  const press = (shortcut: ListedShortcut, event: KeyboardEvent) => {
    if (event.key === 'Tab' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') {
      setChanging(undefined);
      setNotice('');
      return;
    }
    const keys = pressedKeys(event.nativeEvent);
    if (keys === undefined) return;
    const other = all.find(({ id, keys: held }) => id !== shortcut.id && held.toLowerCase() === keys.toLowerCase());
    if (other) setNotice(search.keys.conflict(describeKeys(keys).join(' + '), other.label));
    else set(shortcut, keys);
  };

  return (
    <div className="py-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div>
          <h3 className="font-medium">{search.keys.title}</h3>
          <p className="text-xs text-text-muted">{search.keys.hint}</p>
        </div>
        {Object.keys(own).length === 0 ? null : (
          <Button size="small" variant="ghost" onClick={() => setPreferences({ keys: {} })}>
            {search.keys.resetAll}
          </Button>
        )}
      </div>
      <output className="mt-1 block min-h-5 text-xs">{notice}</output>
      <ul>
        {all.map((shortcut) => (
          <li
            key={shortcut.id}
            className="flex min-h-11 items-center justify-between gap-3 border-t border-border py-1"
          >
            <span className="min-w-0 flex-1">{shortcut.label}</span>
            {shortcut.keys === shortcut.defaultKeys ? null : (
              <IconButton
                size="small"
                label={search.keys.reset(shortcut.label)}
                tooltip={search.keys.resetShort}
                icon={<RotateCcw aria-hidden className="size-3.5" />}
                onClick={() => set(shortcut, shortcut.defaultKeys)}
              />
            )}
            {shortcut.isFixed ? (
              <span dir="ltr" title={search.keys.fixed} className="px-3 text-xs text-text-muted">
                {describeKeys(shortcut.keys).join(' + ')}
              </span>
            ) : (
              <button
                type="button"
                data-key-field={changing === shortcut.id ? '' : undefined}
                aria-pressed={changing === shortcut.id}
                onClick={() => {
                  setChanging(shortcut.id);
                  setNotice(search.keys.press);
                }}
                onKeyDown={(event) => {
                  if (changing === shortcut.id) press(shortcut, event);
                }}
                onBlur={() => setChanging((held) => (held === shortcut.id ? undefined : held))}
                className="min-h-8 min-w-16 rounded-control border border-outline px-3 font-mono text-xs hover:bg-hover aria-pressed:border-accent aria-pressed:bg-selected touch:min-h-11"
              >
                <VisuallyHidden>{search.keys.change(shortcut.label)} </VisuallyHidden>
                <bdi dir="ltr">{changing === shortcut.id ? '…' : describeKeys(shortcut.keys).join(' + ')}</bdi>
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
