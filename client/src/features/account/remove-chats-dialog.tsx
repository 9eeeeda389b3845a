import { accountRoutes } from '@parley/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { FormEvent } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useAccountDataTexts } from '../../lib/i18n/use-account-data-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { holdingsQuery } from '../../lib/query/account-queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast-store.ts';

export interface RemoveChatsDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** What is shown of conversations anywhere. */
const shownKeys = ['conversations', 'conversation', 'messages', 'tags', 'projects', 'shares', 'search'];

/** Deletes all chats once their number was seen and a word was typed: this cannot be undone. */
export function RemoveChatsDialog({ open, onClose }: RemoveChatsDialogProps) {
  const texts = useTexts();
  const { removal } = useAccountDataTexts();
  const client = useQueryClient();
  const form = useId();
  const [word, setWord] = useState('');
  const [isBusy, setBusy] = useState(false);
  const { data, error } = useQuery({ ...holdingsQuery, enabled: open });
  const count = data?.conversations;
  const isMeant = word.trim().toLowerCase() === removal.word.toLowerCase();

  const close = () => {
    setWord('');
    onClose();
  };
  const remove = async () => {
    setBusy(true);
    try {
      const { removed } = await call(accountRoutes.removeConversations, {});
      for (const key of shownKeys) void client.invalidateQueries({ queryKey: [key] });
      showToast({ text: removal.chatsRemoved(removed) });
      close();
    } catch (failure) {
      showToast({ tone: 'danger', text: `${removal.chatsFailed} ${explainError(failure, texts)}` });
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isMeant && !isBusy && count) void remove();
  };

  return (
    <Dialog
      open={open}
      onClose={close}
      title={removal.chats}
      actions={
        <>
          <Button onClick={close}>{texts.common.cancel}</Button>
          {count ? (
            <Button type="submit" form={form} variant="danger" busy={isBusy} disabled={!isMeant}>
              {removal.chatsConfirm}
            </Button>
          ) : null}
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <p aria-live="polite">
          {error
            ? explainError(error, texts)
            : count === undefined
              ? removal.loading
              : count === 0
                ? removal.noChats
                : removal.chatsText(count)}
        </p>
        {count ? (
          <TextField
            label={removal.typeWord(removal.word)}
            value={word}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setWord(event.currentTarget.value)}
          />
        ) : null}
      </form>
    </Dialog>
  );
}
