import type { McpServerView } from '@parley/contracts';
import { useId, useState } from 'react';
import type { FormEvent } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useSaveVariables } from './use-server-actions.ts';

export interface VariablesDialogProps {
  readonly server: McpServerView;
  readonly onClose: () => void;
}

/** Where somebody fills in what a server wants to know of them; values that were given before never come back. */
export function VariablesDialog({ server, onClose }: VariablesDialogProps) {
  const texts = useMcpTexts();
  const all = useTexts();
  const formId = useId();
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  const saving = useSaveVariables(server.name, onClose);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    saving.mutate(valuesOf(new FormData(event.currentTarget), server, removed));
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={texts.variablesOf(server.title)}
      actions={
        <>
          <Button onClick={onClose}>{all.common.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={saving.isPending}>
            {texts.form.save}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-text-muted">{texts.variablesText}</p>
        {saving.error === null ? null : <Banner tone="danger">{explainError(saving.error, all)}</Banner>}
        {server.variables.map(({ name, title, description, sensitive, isSet }) => (
          <div key={name} className="flex flex-col gap-1.5">
            <TextField
              label={title}
              name={`value:${name}`}
              type={sensitive ? 'password' : 'text'}
              autoComplete="off"
              hint={[description, isSet ? texts.variableSet : ''].filter((hint) => hint !== '').join(' ') || undefined}
            />
            {isSet ? (
              <Checkbox
                label={texts.variableRemove(title)}
                checked={removed.has(name)}
                onChange={(isChosen) =>
                  setRemoved(new Set(isChosen ? [...removed, name] : [...removed].filter((other) => other !== name)))
                }
              />
            ) : null}
          </div>
        ))}
      </form>
    </Dialog>
  );
}

/** An empty value removes a variable at the server, so that only those are sent that were filled in or ticked off. */
function valuesOf(form: FormData, { variables }: McpServerView, removed: ReadonlySet<string>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name } of variables) {
    const value = form.get(`value:${name}`);
    if (removed.has(name)) values[name] = '';
    else if (typeof value === 'string' && value !== '') values[name] = value;
  }
  return values;
}
