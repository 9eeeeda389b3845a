import { useId, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { classNames } from './class-names.ts';
import { FieldFrame } from './field-frame.tsx';
import { Spinner } from './spinner.tsx';

export interface ComboboxOption {
  /** Unique in the list. */
  readonly value: string;
  readonly label: string;
  readonly detail?: string | undefined;
}

export interface ComboboxProps {
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
  /** What is typed; the owner looks it up. */
  readonly query: string;
  readonly onQueryChange: (query: string) => void;
  readonly options: readonly ComboboxOption[];
  readonly busy?: boolean;
  /** Said where nothing fits what was typed. */
  readonly emptyText: string;
  readonly onChoose: (value: string) => void;
}

/** ARIA's list for a field that is typed in; the browser's own cannot be filled while somebody types. */
const roles = { list: 'listbox', option: 'option' } as const;

/** Finds one thing among many by typing: arrow keys walk through the list below, Enter chooses, Esc closes it. */
export function Combobox(props: ComboboxProps) {
  const { label, hint, placeholder, query, onQueryChange, options, busy = false, emptyText, onChoose } = props;
  const listId = useId();
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const shown = isOpen && query.trim() !== '';
  const index = Math.min(active, options.length - 1);
  const optionId = (position: number) => `${listId}-${String(position)}`;
  const choose = (option: ComboboxOption | undefined) => {
    if (!option) return;
    onChoose(option.value);
    setActive(0);
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || !shown) return;
    if (event.key === 'Escape') setOpen(false);
    else if (event.key === 'Enter') choose(options[index]);
    else if (event.key === 'ArrowDown') setActive(Math.min(index + 1, options.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(index - 1, 0));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <FieldFrame
      label={label}
      hint={hint}
      renderControl={(control) => (
        <div>
          <div className="relative">
            <input
              {...control}
              type="text"
              role="combobox"
              autoComplete="off"
              spellCheck={false}
              placeholder={placeholder}
              aria-autocomplete="list"
              aria-expanded={shown}
              aria-controls={listId}
              aria-activedescendant={shown && options.length > 0 ? optionId(index) : undefined}
              value={query}
              onChange={(event) => {
                setOpen(true);
                setActive(0);
                onQueryChange(event.currentTarget.value);
              }}
              onFocus={() => setOpen(true)}
              onBlur={() => setOpen(false)}
              onKeyDown={onKeyDown}
              className="block min-h-11 w-full rounded-control border border-outline bg-raised ps-3 pe-10 text-sm"
            />
            <Spinner active={busy} className="absolute inset-e-3 top-1/2 -translate-y-1/2 text-text-muted" />
          </div>
          <div
            id={listId}
            role={roles.list}
            aria-label={label}
            hidden={!shown || options.length === 0}
            className="mt-1 max-h-64 overflow-y-auto rounded-card border border-border bg-raised p-1"
          >
            {options.map((option, position) => (
              <button
                type="button"
                key={option.value}
                id={optionId(position)}
                role={roles.option}
                tabIndex={-1}
                aria-selected={position === index}
                // The field keeps the focus, so that typing can go on.
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => choose(option)}
                onPointerMove={() => setActive(position)}
                className={classNames(
                  'block w-full cursor-pointer rounded-control text-start px-2.5 py-1.5 touch:py-3',
                  position === index && 'bg-hover',
                )}
              >
                <span dir="auto" className="block truncate">
                  {option.label}
                </span>
                {option.detail === undefined ? null : (
                  <span className="block truncate text-xs text-text-muted">{option.detail}</span>
                )}
              </button>
            ))}
          </div>
          <output className={classNames('block text-xs text-text-muted', shown && 'mt-1')}>
            {shown && !busy && options.length === 0 ? emptyText : null}
          </output>
        </div>
      )}
    />
  );
}
