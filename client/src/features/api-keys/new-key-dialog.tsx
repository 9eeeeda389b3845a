import { apiKeyRoutes, apiKeyScopeSchema } from '@parley/contracts';
import type { ApiKeyScope } from '@parley/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { FormEvent } from 'react';
import { call } from '../../lib/api/call.ts';
import { copyText } from '../../lib/copy-text.ts';
import { explainError } from '../../lib/explain-error.ts';
import { fieldErrorsOf } from '../../lib/field-errors.ts';
import { useAdminTexts } from '../../lib/i18n/use-admin-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { apiKeysQuery } from '../../lib/query/admin-queries.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast-store.ts';

const scopes = apiKeyScopeSchema.options;
const dayChoices = ['30', '90', '365', 'never'] as const;

/** Makes a key, then shows its secret this once. */
export function NewKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const { keys: texts } = useAdminTexts();
  const all = useTexts();
  const queryClient = useQueryClient();
  const formId = useId();
  const [chosen, setChosen] = useState<readonly ApiKeyScope[]>(scopes);
  const making = useMutation({
    mutationFn: (form: FormData) => {
      const days = Number(form.get('days'));
      const name = form.get('name');
      return call(apiKeyRoutes.create, {
        body: {
          name: typeof name === 'string' ? name : '',
          scopes: [...chosen],
          days: Number.isInteger(days) ? days : null,
        },
      });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
  if (making.data !== undefined) return <MadeKey secret={making.data.secret} onClose={onClose} />;
  const errors = fieldErrorsOf(making.error);
  return (
    <Dialog
      open
      onClose={onClose}
      title={texts.add}
      actions={
        <>
          <Button onClick={onClose}>{all.common.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={making.isPending}>
            {texts.make}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        onSubmit={(event: FormEvent<HTMLFormElement>) => {
          event.preventDefault();
          making.mutate(new FormData(event.currentTarget));
        }}
        className="flex flex-col gap-4"
      >
        {making.error !== null && Object.keys(errors).length === 0 ? (
          <Banner tone="danger">{`${texts.makeFailed} ${explainError(making.error, all)}`}</Banner>
        ) : null}
        <TextField
          label={texts.name}
          name="name"
          hint={texts.nameHint}
          error={errors['name']}
          maxLength={100}
          autoComplete="off"
        />
        <fieldset>
          <legend className="mb-1 text-sm font-medium">{texts.scopes}</legend>
          {scopes.map((scope) => (
            <Checkbox
              key={scope}
              label={texts.scopeNames[scope]}
              checked={chosen.includes(scope)}
              onChange={(isChosen) =>
                setChosen(isChosen ? [...chosen, scope] : chosen.filter((other) => other !== scope))
              }
            />
          ))}
          {errors['scopes'] === undefined ? null : <p className="text-xs text-danger">{errors['scopes']}</p>}
        </fieldset>
        <SelectField label={texts.days} name="days" defaultValue="90">
          {dayChoices.map((value) => (
            <option key={value} value={value}>
              {texts.dayChoices[value]}
            </option>
          ))}
        </SelectField>
      </form>
    </Dialog>
  );
}

function MadeKey({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  const { keys: texts } = useAdminTexts();
  const copy = async () => {
    const isCopied = (await copyText(secret)) === 'copied';
    showToast(isCopied ? { tone: 'success', text: texts.copied } : { tone: 'danger', text: texts.copyFailed });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={texts.madeTitle}
      actions={
        <Button variant="primary" onClick={onClose}>
          {texts.done}
        </Button>
      }
    >
      <p className="mb-3 text-text-muted">{texts.madeText}</p>
      <div className="flex flex-wrap items-center gap-2">
        <code className="min-w-0 flex-1 basis-60 rounded-control bg-surface p-2.5 text-xs break-all select-all">
          {secret}
        </code>
        <Button onClick={() => void copy()}>{texts.copy}</Button>
      </div>
    </Dialog>
  );
}
