import { accountRoutes, ProblemError } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { FormEvent } from 'react';
import { call, session } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useAccountDataTexts } from '../../lib/i18n/use-account-data-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { holdingsQuery } from '../../lib/query/account-queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast-store.ts';

export interface RemoveAccountDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

/** Deletes the account once the password was entered again; says before what goes with it. */
export function RemoveAccountDialog({ open, onClose, onRemoved }: RemoveAccountDialogProps) {
  const texts = useTexts();
  const { removal } = useAccountDataTexts();
  const form = useId();
  const [password, setPassword] = useState('');
  const [wrong, setWrong] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { data: holdings, error } = useQuery({ ...holdingsQuery, enabled: open });
  const canLeave = holdings?.isOnlyAdmin === false;

  const close = () => {
    setPassword('');
    setWrong(false);
    onClose();
  };
  const remove = async () => {
    setBusy(true);
    try {
      await session.leave(() => call(accountRoutes.removeAccount, { body: { password } }));
      showToast({ text: removal.accountRemoved });
      close();
      onRemoved();
    } catch (failure) {
      if (failure instanceof ProblemError && failure.code === 'wrong-password') setWrong(true);
      else showToast({ tone: 'danger', text: `${removal.accountFailed} ${explainError(failure, texts)}` });
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password !== '' && !isBusy && canLeave) void remove();
  };

  return (
    <Dialog
      open={open}
      onClose={close}
      title={removal.account}
      actions={
        <>
          <Button onClick={close}>{texts.common.cancel}</Button>
          {canLeave ? (
            <Button type="submit" form={form} variant="danger" busy={isBusy} disabled={password === ''}>
              {removal.accountConfirm}
            </Button>
          ) : null}
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <div aria-live="polite" className="flex flex-col gap-2">
          {error ? <p>{explainError(error, texts)}</p> : null}
          {holdings === undefined && !error ? <p>{removal.loading}</p> : null}
          {holdings?.isOnlyAdmin ? <p>{removal.onlyAdmin}</p> : null}
          {canLeave ? <p>{removal.accountText(holdings.conversations)}</p> : null}
          {canLeave && holdings.ownedAlone > 0 ? <p>{removal.ownedAlone(holdings.ownedAlone)}</p> : null}
          {canLeave ? <p>{removal.exportFirst}</p> : null}
        </div>
        {canLeave ? (
          <TextField
            label={removal.password}
            type="password"
            autoComplete="current-password"
            value={password}
            error={wrong ? removal.wrongPassword : undefined}
            onChange={(event) => {
              setPassword(event.currentTarget.value);
              setWrong(false);
            }}
          />
        ) : null}
      </form>
    </Dialog>
  );
}
