import { useQuery } from '@tanstack/react-query';
import { type RefObject, useEffect, useId, useState } from 'react';
import { useReuseTexts } from '../../../../lib/i18n/use-reuse-texts.ts';
import { promptsQuery } from '../../../../lib/query/prompt-queries.ts';
import { showToast } from '../../../../ui/toast-store.ts';
import type { ChosenAnswerer, EndpointModels } from '../model-choice.ts';
import { useAnswererGroups } from '../use-answerer-groups.ts';
import { CommandLine } from './command-line.tsx';
import { answererCommandOptions, type CommandOption, promptOptions } from './command-options.ts';
import { type CommandToken, commandToken } from './command-token.ts';
import { useListboxKeys } from './use-listbox-keys.ts';
import { usePromptInsert } from './use-prompt-insert.ts';
import { VariablesDialog } from './variables-dialog.tsx';

export interface CommandsProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly offered: readonly EndpointModels[];
  /** What the operator has switched off. */
  readonly without: readonly string[];
  readonly onChange: (text: string) => void;
  readonly onChoose: (answerer: ChosenAnswerer) => void;
}

/** What ARIA calls the list and its lines; no element of HTML is one. */
const roles = { list: 'listbox' } as const;

/**
 * The lists over the composer: prompts after `/`, who answers after `@`. The focus stays in the field, which is tied to
 * the active line.
 */
export function Commands({ field, text, offered, without, onChange, onChoose }: CommandsProps) {
  const { commands } = useReuseTexts();
  const listId = useId();
  const caret = useCaret(field, text);
  const [closed, setClosed] = useState<string>();
  const [moved, setMoved] = useState(0);
  const token = commandToken(text, caret);
  const key = token && `${token.kind} ${String(token.from)}`;
  if (closed !== undefined && closed !== key) setClosed(undefined);
  const isWanted = token !== undefined && key !== closed && !(token.kind === 'prompt' && without.includes('prompts'));
  const { options, state } = useOptions(isWanted ? token : undefined, offered);
  const active = Math.min(moved, options.length - 1);
  const activeId = isWanted && active >= 0 ? `${listId}-${String(active)}` : undefined;
  useTiedField(field, listId, isWanted, activeId);

  const prompts = usePromptInsert((filled) => {
    onChange(filled);
    placeCaret(field, filled.length);
  });
  const choose = (option: CommandOption | undefined) => {
    if (!option || !token) return;
    setClosed(key);
    setMoved(0);
    if (option.choice.kind === 'prompt') return prompts.use(option.choice.id);
    onChoose(option.choice.answerer);
    showToast({ text: commands.chosen(option.label) });
    const before = text.slice(0, token.from);
    onChange(before + text.slice(token.to).replace(/^\s/, ''));
    placeCaret(field, before.length);
  };
  useListboxKeys(field, isWanted, {
    count: options.length,
    active,
    move: setMoved,
    choose: () => choose(options[active]),
    close: () => setClosed(key),
  });

  const label = token?.kind === 'prompt' ? commands.prompts : commands.answerers;
  return (
    <>
      {isWanted ? (
        <div className="relative">
          <div className="absolute inset-x-0 bottom-2 z-30 flex max-h-[min(20rem,45dvh)] animate-fade flex-col overflow-hidden rounded-card bg-raised shadow-floating">
            <div id={listId} role={roles.list} aria-label={label} className="min-h-0 overflow-y-auto p-1">
              {options.map((option, index) => (
                <CommandLine
                  key={option.key}
                  id={`${listId}-${String(index)}`}
                  option={option}
                  isActive={index === active}
                  onReach={() => setMoved(index)}
                  onChoose={() => choose(option)}
                />
              ))}
            </div>
            {options.length > 0 ? null : <p className="px-3.5 pt-1 pb-3 text-sm text-text-muted">{state}</p>}
          </div>
        </div>
      ) : null}
      <output className="sr-only">
        {isWanted ? (options.length > 0 ? commands.count(options.length) : state) : null}
      </output>
      <VariablesDialog prompts={prompts} />
    </>
  );
}

/** The lines for what is typed, and what to say where there is none. */
function useOptions(token: CommandToken | undefined, offered: readonly EndpointModels[]) {
  const { commands } = useReuseTexts();
  const prompts = useQuery({ ...promptsQuery, enabled: token?.kind === 'prompt' });
  const { groups, agents } = useAnswererGroups(offered, true);
  if (token?.kind !== 'prompt') {
    const options = token ? answererCommandOptions(groups, token.query) : [];
    return { options, state: agents.isLoading ? commands.loading : commands.nothing };
  }
  const options = promptOptions(prompts.data ?? [], token.query);
  if (prompts.isError) return { options, state: commands.failed };
  if (!prompts.data) return { options, state: commands.loading };
  return { options, state: prompts.data.length === 0 ? commands.noPrompts : commands.nothing };
}

/** Where the caret stands; the end of what is selected. */
function useCaret(field: RefObject<HTMLTextAreaElement | null>, text: string): number {
  const [caret, setCaret] = useState(text.length);
  useEffect(() => {
    const look = () => setCaret(field.current?.selectionEnd ?? 0);
    look();
    const names = ['selectionchange', 'input', 'keyup'] as const;
    for (const name of names) document.addEventListener(name, look);
    return () => {
      for (const name of names) document.removeEventListener(name, look);
    };
  }, [field]);
  return Math.min(caret, text.length);
}

/** Ties a field to its open list. React knows nothing of these attributes, so it leaves them alone. */
function useTiedField(
  field: RefObject<HTMLTextAreaElement | null>,
  listId: string,
  isOpen: boolean,
  activeId: string | undefined,
): void {
  useEffect(() => {
    const element = field.current;
    if (!element || !isOpen) return undefined;
    element.setAttribute('aria-autocomplete', 'list');
    element.setAttribute('aria-haspopup', 'listbox');
    element.setAttribute('aria-controls', listId);
    return () => {
      for (const name of ['aria-autocomplete', 'aria-haspopup', 'aria-controls']) element.removeAttribute(name);
    };
  }, [field, listId, isOpen]);
  useEffect(() => {
    const element = field.current;
    if (!element || activeId === undefined) return undefined;
    element.setAttribute('aria-activedescendant', activeId);
    document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
    return () => element.removeAttribute('aria-activedescendant');
  }, [field, activeId]);
}

/** After the field shows its new text. */
function placeCaret(field: RefObject<HTMLTextAreaElement | null>, at: number): void {
  requestAnimationFrame(() => {
    field.current?.focus();
    field.current?.setSelectionRange(at, at);
  });
}
