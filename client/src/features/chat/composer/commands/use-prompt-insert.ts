import { fillInPrompt, promptRoutes, promptVariables } from '@parley/contracts';
import type { PromptGroupId, PromptValues } from '@parley/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../../../lib/api/call.ts';
import { explainError } from '../../../../lib/explain-error.ts';
import { useReuseTexts } from '../../../../lib/i18n/use-reuse-texts.ts';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { promptQuery } from '../../../../lib/query/prompt-queries.ts';
import { meQuery } from '../../../../lib/query/queries.ts';
import { showToast } from '../../../../ui/toast-store.ts';

/** A prompt whose variables are being filled in. */
export interface PromptToFill {
  readonly id: PromptGroupId;
  readonly name: string;
  readonly text: string;
}

/** Fetches a prompt of the library, lets its variables be filled in where it has any, and hands over its text. */
export function usePromptInsert(onText: (text: string) => void) {
  const texts = useTexts();
  const { commands } = useReuseTexts();
  const client = useQueryClient();
  const me = useQuery(meQuery).data;
  const [open, setOpen] = useState<PromptToFill>();
  const count = useMutation({
    mutationFn: (id: PromptGroupId) => call(promptRoutes.countUse, { params: { id } }),
  });

  const fill = (text: string, given: PromptValues['given']) =>
    fillInPrompt(text, { given, special: specialValues(new Date(), me?.name ?? '') });

  const insert = ({ id, text }: PromptToFill, given: PromptValues['given']) => {
    setOpen(undefined);
    onText(fill(text, given));
    count.mutate(id);
  };

  const fetched = useMutation({
    mutationFn: (id: PromptGroupId) => client.fetchQuery({ ...promptQuery(id), staleTime: 0 }),
    onSuccess({ prompt, text }) {
      const found = { id: prompt.id, name: prompt.name, text };
      if (promptVariables(text).length === 0) insert(found, new Map());
      else setOpen(found);
    },
    onError: (error) => showToast({ text: `${commands.useFailed} ${explainError(error, texts)}`, tone: 'danger' }),
  });

  return {
    /** What is being filled in. */
    open,
    fill,
    use: (id: PromptGroupId) => fetched.mutate(id),
    insert,
    close: () => setOpen(undefined),
  };
}

/** Dates are the person's own, as ISO 8601 writes them. */
function specialValues(now: Date, userName: string): PromptValues['special'] {
  const date = `${String(now.getFullYear())}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return {
    current_date: date,
    current_datetime: `${date} ${two(now.getHours())}:${two(now.getMinutes())}`,
    current_user: userName,
    iso_datetime: now.toISOString(),
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
