import { Check, Columns3 } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useCompareTexts } from '../../../lib/i18n/use-compare-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { classNames } from '../../../ui/class-names.ts';
import { useKeyDown } from '../../../lib/use-key-down.ts';
import { type AnswererOption, isSameChoice, searchAnswerers } from './answerer-options.ts';
import type { ChosenAnswerer, EndpointModels, ModelChoice } from './model-choice.ts';
import { useAnswererGroups } from './use-answerer-groups.ts';

/** A listbox whose focus stays in one place; no element of HTML is one. */
const roles = { list: 'listbox', group: 'group', option: 'option' } as const;

/** From so many lines on, there is a field to search them. */
const searchedFrom = 9;

export interface AnswererListProps {
  readonly offered: readonly EndpointModels[];
  readonly choice: ModelChoice | undefined;
  /** Whether presets are among them. */
  readonly hasPresets?: boolean;
  readonly onChoose: (choice: ChosenAnswerer) => void;
  /** Absent where nothing can be compared. */
  readonly onCompare?: () => void;
}

/** Agents and models to choose from: arrow keys walk through the list, typing narrows it where it is long. */
export function AnswererList({ offered, choice, hasPresets = false, onChoose, onCompare }: AnswererListProps) {
  const { picker } = useTexts().tools;
  const compare = useCompareTexts();
  const [query, setQuery] = useState('');
  const [moved, setMoved] = useState<number>();
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);

  const { groups: all, agents } = useAnswererGroups(offered, hasPresets);
  const isSearched = all.reduce((sum, { options }) => sum + options.length, 0) >= searchedFrom || query !== '';
  const groups = searchAnswerers(all, query);
  const options = groups.flatMap((group) => group.options);
  const current = options.findIndex((option) => isWhatAnswers(option, choice));
  const active = Math.min(moved ?? Math.max(0, current), options.length - 1);
  const optionId = (index: number) => `${listId}-${String(index)}`;
  const activeId = options.length > 0 ? optionId(active) : undefined;
  useEffect(() => {
    if (activeId !== undefined) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
  }, [activeId]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const last = options.length - 1;
    const chosen = options[active];
    if (event.key === 'ArrowDown') setMoved(active === last ? 0 : active + 1);
    else if (event.key === 'ArrowUp') setMoved(active === 0 ? last : active - 1);
    else if (event.key === 'Home' && !isSearched) setMoved(0);
    else if (event.key === 'End' && !isSearched) setMoved(last);
    else if ((event.key === 'Enter' || (event.key === ' ' && !isSearched)) && chosen) onChoose(chosen.choice);
    else return;
    event.preventDefault();
  };
  useKeyDown(list, (event) => {
    if (!isSearched) onKeyDown(event);
  });

  return (
    <>
      {isSearched ? (
        <div className="border-b border-border p-2">
          <input
            type="text"
            role="combobox"
            aria-expanded
            aria-controls={listId}
            aria-activedescendant={activeId}
            aria-autocomplete="list"
            aria-label={picker.search}
            placeholder={picker.search}
            autoComplete="off"
            spellCheck={false}
            value={query}
            ref={focusSearch}
            onChange={(event) => {
              setQuery(event.currentTarget.value);
              setMoved(0);
            }}
            onKeyDown={(event) => onKeyDown(event.nativeEvent)}
            className="block min-h-10 w-full rounded-control border border-outline bg-raised px-3 text-sm"
          />
        </div>
      ) : null}
      <div
        ref={list}
        id={listId}
        role={roles.list}
        aria-label={picker.title}
        tabIndex={isSearched ? -1 : 0}
        aria-activedescendant={isSearched ? undefined : activeId}
        className="min-h-0 flex-1 overflow-y-auto p-1 focus-visible:-outline-offset-2"
      >
        {groups.map((group) => (
          <div key={group.label} role={roles.group} aria-label={group.label}>
            <div aria-hidden className="truncate px-2.5 pt-1.5 pb-1 text-xs text-text-muted">
              {group.label}
            </div>
            {group.options.map((option) => {
              const position = options.indexOf(option);
              return (
                <OptionView
                  key={option.key}
                  id={optionId(position)}
                  option={option}
                  isActive={position === active}
                  isChosen={isWhatAnswers(option, choice)}
                  onReach={() => setMoved(position)}
                  onChoose={() => onChoose(option.choice)}
                />
              );
            })}
          </div>
        ))}
      </div>
      <output className="px-3.5 pb-2.5 text-xs text-text-muted empty:hidden">
        {agents.isError ? picker.agentsFailed : null}
        {agents.isLoading ? picker.loading : null}
        {options.length === 0 && query !== '' ? picker.nothingFound : null}
      </output>
      {onCompare ? (
        <div className="border-t border-border p-1">
          <button
            type="button"
            onClick={onCompare}
            className="flex min-h-8 w-full items-center gap-2.5 rounded-control px-2.5 py-1.5 text-start text-sm hover:bg-hover touch:min-h-11"
          >
            <Columns3 aria-hidden className="size-4 shrink-0 text-text-muted" />
            {compare.open}
          </button>
        </div>
      ) : null}
    </>
  );
}

interface OptionViewProps {
  readonly id: string;
  readonly option: AnswererOption;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly onReach: () => void;
  readonly onChoose: () => void;
}

function OptionView({ id, option, isActive, isChosen, onReach, onChoose }: OptionViewProps) {
  const { label, description, picture } = option;
  return (
    <button
      type="button"
      id={id}
      role={roles.option}
      tabIndex={-1}
      aria-selected={isChosen}
      onPointerMove={onReach}
      // The list, or its search field, keeps the focus.
      onPointerDown={(event) => event.preventDefault()}
      onClick={onChoose}
      className={classNames(
        'flex min-h-8 w-full cursor-pointer items-center gap-2.5 rounded-control px-2.5 py-1.5 text-start text-sm select-none touch:min-h-11',
        isActive && 'bg-hover forced-colors:outline',
      )}
    >
      {picture === undefined ? null : <Avatar name={label} picture={picture} size="small" />}
      <span className="min-w-0 flex-1">
        <span dir="auto" className="block truncate">
          {label}
        </span>
        {description === undefined ? null : (
          <span dir="auto" className="line-clamp-2 text-xs wrap-anywhere text-text-muted">
            {description}
          </span>
        )}
      </span>
      {isChosen ? <Check aria-hidden className="size-4 shrink-0 text-accent" /> : null}
    </button>
  );
}

/** A preset is a beginning, and is not what a chat stays with. */
function isWhatAnswers({ kind, choice }: AnswererOption, chosen: ModelChoice | undefined): boolean {
  return kind !== 'preset' && isSameChoice(choice, chosen);
}

/** Whoever opens a long list searches it. */
function focusSearch(field: HTMLInputElement | null): void {
  field?.focus();
}
