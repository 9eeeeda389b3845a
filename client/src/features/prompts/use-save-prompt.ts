import { promptRoutes } from '@parley/contracts';
import type { PromptCard, RouteOutput } from '@parley/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { refreshPrompts } from './refresh-prompts.ts';

/** A prompt as it is stored, with the text that is used. */
export type StoredPrompt = RouteOutput<typeof promptRoutes.get>;

export interface PromptChange {
  readonly stored: StoredPrompt | undefined;
  readonly card: PromptCard;
  readonly text: string;
  /** Whether a new text is used from now on. */
  readonly isProduction: boolean;
}

/** Saves what is new of a prompt: its card, and a version of its text. */
export function useSavePrompt(onSaved: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ stored, card, text, isProduction }: PromptChange) => {
      if (stored === undefined) {
        await call(promptRoutes.create, { body: { ...card, text } });
        return;
      }
      const { prompt } = stored;
      const params = { id: prompt.id };
      const isSame = (['name', 'description', 'category', 'command'] as const).every(
        (key) => prompt[key] === card[key],
      );
      if (!isSame) await call(promptRoutes.update, { params, body: card });
      if (text === stored.text) return;
      const body = { baseVersion: prompt.newest, text, production: isProduction };
      await call(promptRoutes.addVersion, { params, body });
    },
    onSuccess: onSaved,
    onSettled: () => refreshPrompts(client),
  });
}
