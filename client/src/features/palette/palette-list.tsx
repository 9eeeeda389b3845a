import { Fragment } from 'react';
import { useSearchTexts } from '../../lib/i18n/use-search-texts.ts';
import { describeKeys } from '../../lib/shortcuts.ts';
import { classNames } from '../../ui/class-names.ts';
import { MarkedText } from '../../ui/marked-text.tsx';
import type { PaletteEntry, PaletteGroup } from './palette-entry.ts';

export interface PaletteListProps {
  readonly id: string;
  readonly groups: readonly (readonly [PaletteGroup, readonly PaletteEntry[]])[];
  readonly active: number;
  readonly onPoint: (index: number) => void;
  readonly onChoose: (entry: PaletteEntry) => void;
}

/** ARIA's list for a field that is typed in; the browser's own cannot be filled while somebody types. */
const roles = { list: 'listbox', option: 'option', group: 'group' } as const;

/** The entries of the palette under their headings; the field above keeps the focus. */
export function PaletteList({ id, groups, active, onPoint, onChoose }: PaletteListProps) {
  const { palette } = useSearchTexts();
  const all = groups.flatMap(([, entries]) => entries);
  return (
    <div id={id} role={roles.list} aria-label={palette.list} className="px-2 pb-2">
      {groups.map(([group, entries]) => (
        <div key={group} role={roles.group} aria-labelledby={`${id}-${group}`}>
          <div id={`${id}-${group}`} className="px-2.5 pt-3 pb-1 text-xs font-medium text-text-muted">
            {palette.groups[group]}
          </div>
          {entries.map((entry) => {
            const index = all.indexOf(entry);
            return (
              <button
                key={`${group}/${entry.id}`}
                type="button"
                id={`${id}-${String(index)}`}
                role={roles.option}
                tabIndex={-1}
                aria-selected={index === active}
                // The field keeps the focus, so that typing can go on.
                onPointerDown={(event) => event.preventDefault()}
                onPointerMove={() => onPoint(index)}
                onClick={() => onChoose(entry)}
                className={classNames(
                  'flex min-h-9 w-full cursor-pointer items-center gap-2.5 rounded-control px-2.5 py-1.5 text-start touch:min-h-11',
                  index === active && 'bg-selected',
                )}
              >
                {entry.icon === undefined ? null : (
                  <span aria-hidden className="shrink-0 text-text-muted">
                    {entry.icon}
                  </span>
                )}
                <EntryText entry={entry} />
                {entry.keys === undefined ? null : <Keys keys={entry.keys} />}
              </button>
            );
          })}
        </div>
      ))}
    </div>
  );
}

function EntryText({ entry: { label, detail, found } }: { readonly entry: PaletteEntry }) {
  return (
    <span className="min-w-0 flex-1">
      <span dir="auto" className="block truncate">
        {found ? <MarkedText {...found.label} /> : label}
      </span>
      {detail === undefined && found?.detail === undefined ? null : (
        <span dir="auto" className="block truncate text-xs text-text-muted">
          {found?.detail ? <MarkedText {...found.detail} /> : detail}
        </span>
      )}
    </span>
  );
}

function Keys({ keys }: { readonly keys: string }) {
  return (
    <span dir="ltr" className="flex shrink-0 gap-1 text-xs text-text-muted">
      {describeKeys(keys).map((key) => (
        <Fragment key={key}>
          <kbd className="rounded-[4px] border border-border px-1">{key}</kbd>
        </Fragment>
      ))}
    </span>
  );
}
