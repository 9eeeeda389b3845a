import { Search } from 'lucide-react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { usePalette } from '../../lib/palette-store.ts';
import { describeKeys, keysOf } from '../../lib/shortcuts.ts';

export interface SearchButtonProps {
  readonly className: string;
  readonly onOpen: () => void;
}

/** Opens the palette, with its keys beside it. */
export function SearchButton({ className, onOpen }: SearchButtonProps) {
  const { sidebar } = useTexts();
  return (
    <button
      type="button"
      onClick={() => {
        onOpen();
        usePalette.getState().open();
      }}
      className={`${className} w-full text-text-muted hover:text-text`}
    >
      <Search aria-hidden className="size-4" />
      {sidebar.search}
      <kbd aria-hidden className="ms-auto text-xs touch:hidden">
        <bdi dir="ltr">{describeKeys(keysOf({ id: 'open-palette', keys: 'Mod+K' })).join(' ')}</bdi>
      </kbd>
    </button>
  );
}
