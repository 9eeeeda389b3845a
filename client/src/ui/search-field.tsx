import { Search, X } from 'lucide-react';
import { useRef } from 'react';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { classNames } from './class-names.ts';
import { IconButton } from './icon-button.tsx';

export interface SearchFieldProps {
  /** The accessible name; also shown while the field is empty. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly className?: string;
}

/** Narrows a list while somebody types; its cross and Esc empty it. */
export function SearchField({ label, value, onChange, className }: SearchFieldProps) {
  const { common } = useTexts();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={classNames('relative', className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute inset-s-3 top-1/2 size-4 -translate-y-1/2 text-text-muted"
      />
      <input
        ref={input}
        type="text"
        role="searchbox"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value === '') return;
          event.preventDefault();
          event.stopPropagation();
          onChange('');
        }}
        className="block min-h-10 w-full rounded-control border border-outline bg-raised ps-9 pe-10 text-sm touch:min-h-11 touch:pe-12"
      />
      {value === '' ? null : (
        <span className="absolute inset-y-0 inset-e-0.5 flex items-center">
          <IconButton
            label={common.clear}
            icon={<X aria-hidden className="size-4" />}
            onClick={() => {
              onChange('');
              input.current?.focus();
            }}
          />
        </span>
      )}
    </div>
  );
}
