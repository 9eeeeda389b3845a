import { Search } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useSearchTexts } from '../../lib/i18n/use-search-texts.ts';
import { usePalette } from '../../lib/palette-store.ts';
import type { PaletteAction } from '../../lib/palette-actions.ts';
import { keysOf, matchesKeys } from '../../lib/shortcuts.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { Spinner } from '../../ui/spinner.tsx';
import { useModal } from '../../ui/use-modal.ts';
import { PaletteList } from './palette-list.tsx';
import type { PaletteEntry } from './palette-entry.ts';
import { rememberEntry } from './recent-entries.ts';
import { usePaletteEntries } from './use-palette-entries.tsx';
import type { PaletteDoors } from './use-palette-entries.tsx';

/** Milliseconds after the last key until messages are searched. */
const settleMs = 90;

/** Chats, messages, actions, models and settings by a few letters; the arrow keys walk, Enter chooses. */
export function Palette(doors: PaletteDoors) {
  const { palette } = useSearchTexts();
  const { isOpen, close } = usePalette();
  const element = useModal(isOpen, close);
  return (
    <dialog
      ref={element}
      aria-label={palette.title}
      className="mt-[min(12vh,6rem)] mb-auto w-[min(40rem,calc(100vw-1rem))] max-w-none overflow-hidden rounded-card bg-raised p-0 shadow-floating backdrop:bg-scrim open:animate-rise backdrop:animate-fade"
    >
      {isOpen ? <PaletteBody doors={doors} onClose={close} /> : null}
    </dialog>
  );
}

interface PaletteBodyProps {
  readonly doors: PaletteDoors;
  readonly onClose: () => void;
}

function PaletteBody({ doors, onClose }: PaletteBodyProps) {
  const { palette } = useSearchTexts();
  const listId = useId();
  const field = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const [asking, setAsking] = useState<PaletteAction>();
  const { groups, isBusy, hasFailed } = usePaletteEntries(query, useSettled(query, settleMs), doors);
  const entries = groups.flatMap(([, held]) => held);
  const index = Math.min(active, entries.length - 1);
  const optionId = (position: number) => `${listId}-${String(position)}`;
  useEffect(() => {
    if (asking === undefined) field.current?.focus();
  }, [asking]);
  useEffect(() => {
    // Newer browsers answer with a promise, which is no way to clean up.
    document.getElementById(`${listId}-${String(index)}`)?.scrollIntoView({ block: 'nearest' });
  });

  const move = (next: number) => setActive(Math.max(0, Math.min(next, entries.length - 1)));
  const choose = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    rememberEntry(entry.id);
    if (entry.ask) {
      setAsking(entry);
      return;
    }
    onClose();
    entry.run('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (matchesKeys(event.nativeEvent, keysOf({ id: 'open-palette', keys: 'Mod+K' }))) onClose();
    else if (event.key === 'Enter') choose(entries[index]);
    else if (event.key === 'ArrowDown') move(index === entries.length - 1 ? 0 : index + 1);
    else if (event.key === 'ArrowUp') move(index === 0 ? entries.length - 1 : index - 1);
    else if (event.key === 'PageDown') move(index + 8);
    else if (event.key === 'PageUp') move(index - 8);
    else return;
    event.preventDefault();
  };

  if (asking) return <AskText action={asking} onBack={() => setAsking(undefined)} onClose={onClose} />;
  return (
    <div className="flex max-h-[min(34rem,calc(100dvh-8rem))] flex-col">
      <div className="relative border-b border-border">
        <Search
          aria-hidden
          className="pointer-events-none absolute inset-s-4 top-1/2 size-4 -translate-y-1/2 text-text-muted"
        />
        <input
          ref={field}
          type="text"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="go"
          aria-label={palette.placeholder}
          placeholder={palette.placeholder}
          aria-autocomplete="list"
          aria-expanded={entries.length > 0}
          aria-controls={listId}
          aria-activedescendant={entries.length > 0 ? optionId(index) : undefined}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          className="block h-12 w-full bg-transparent ps-11 pe-11 text-base focus-visible:outline-none"
        />
        <Spinner active={isBusy} className="absolute inset-e-4 top-1/2 -translate-y-1/2 text-text-muted" />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
        {hasFailed ? <p className="px-4 pt-3 text-xs text-danger">{palette.failed}</p> : null}
        {entries.length === 0 ? <p className="px-4 py-6 text-center text-text-muted">{palette.nothing}</p> : null}
        <PaletteList id={listId} groups={groups} active={index} onPoint={setActive} onChoose={choose} />
      </div>
      <p className="border-t border-border px-4 py-2 text-xs text-text-muted max-sm:hidden">{palette.hint}</p>
      <output className="sr-only">{isBusy || query === '' ? '' : palette.found(entries.length)}</output>
    </div>
  );
}

interface AskTextProps {
  readonly action: PaletteAction;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

/** Asks for the text an action needs. */
function AskText({ action: { ask, run }, onBack, onClose }: AskTextProps) {
  const { palette } = useSearchTexts();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const text = field.current?.value.trim() ?? '';
        onClose();
        if (text !== '') run(text);
      }}
    >
      <input
        ref={field}
        type="text"
        autoComplete="off"
        maxLength={200}
        aria-label={ask?.label}
        defaultValue={ask?.text}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.key !== 'Escape') return;
          event.preventDefault();
          onBack();
        }}
        className="block h-12 w-full bg-transparent px-4 text-base focus-visible:outline-none"
      />
      <p className="border-t border-border px-4 py-2 text-xs text-text-muted">{palette.save}</p>
    </form>
  );
}
