import type { PromptGroup } from '@parley/contracts';
import type { AnswererGroup } from '../answerer-options.ts';
import { searchAnswerers } from '../answerer-options.ts';
import type { ChosenAnswerer } from '../model-choice.ts';

/** One line of the list over the composer. */
export interface CommandOption {
  readonly key: string;
  readonly label: string;
  readonly description: string | undefined;
  /** At the end of the line. */
  readonly hint: string | undefined;
  /** A picture or `null` for a letter; absent: none. */
  readonly picture?: string | null | undefined;
  readonly choice:
    | { readonly kind: 'prompt'; readonly id: PromptGroup['id'] }
    | { readonly kind: 'answerer'; readonly answerer: ChosenAnswerer };
}

/** Most lines of the list. */
const most = 50;

/** The prompts that fit: those whose command begins like that first, then those whose name has it. */
export function promptOptions(prompts: readonly PromptGroup[], query: string): CommandOption[] {
  const wanted = query.toLowerCase();
  const rank = ({ command, name }: PromptGroup): number => {
    if (command !== '' && command === wanted) return 0;
    if (command !== '' && command.startsWith(wanted)) return 1;
    return name.toLowerCase().includes(wanted) || command.includes(wanted) ? 2 : 3;
  };
  return prompts
    .filter((prompt) => rank(prompt) < 3)
    .toSorted((one, other) => rank(one) - rank(other) || other.uses - one.uses)
    .slice(0, most)
    .map(({ id, name, description, command, authorName, myRole }) => ({
      key: id,
      label: name,
      description: description || (myRole === 'owner' ? undefined : authorName || undefined),
      hint: command === '' ? undefined : `/${command}`,
      choice: { kind: 'prompt', id },
    }));
}

/** Those who can answer and whose name fits. */
export function answererCommandOptions(groups: readonly AnswererGroup[], query: string): CommandOption[] {
  return searchAnswerers(groups, query)
    .flatMap(({ label: group, options }) =>
      options.map(({ key, label, description, picture, choice }) => ({
        key: `${group}/${key}`,
        label,
        description,
        hint: group,
        picture,
        choice: { kind: 'answerer' as const, answerer: choice },
      })),
    )
    .slice(0, most);
}
