import { promptVariables } from '@parley/contracts';
import { useId, useState } from 'react';
import { useReuseTexts } from '../../../../lib/i18n/use-reuse-texts.ts';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import { Dialog } from '../../../../ui/dialog.tsx';
import { SelectField } from '../../../../ui/select-field.tsx';
import { TextAreaField } from '../../../../ui/text-area-field.tsx';
import type { usePromptInsert } from './use-prompt-insert.ts';

export interface VariablesDialogProps {
  readonly prompts: ReturnType<typeof usePromptInsert>;
}

/** A form for the blanks of a prompt, with the text they make. */
export function VariablesDialog({ prompts }: VariablesDialogProps) {
  const { common } = useTexts();
  const { variables: texts } = useReuseTexts();
  const formId = useId();
  const { open } = prompts;
  return (
    <Dialog
      open={open !== undefined}
      onClose={prompts.close}
      title={texts.title(open?.name ?? '')}
      actions={
        <>
          <Button onClick={prompts.close}>{common.cancel}</Button>
          <Button type="submit" form={formId} variant="primary">
            {texts.insert}
          </Button>
        </>
      }
    >
      {open ? <VariablesForm key={open.id} formId={formId} open={open} prompts={prompts} /> : null}
    </Dialog>
  );
}

interface VariablesFormProps extends VariablesDialogProps {
  readonly formId: string;
  readonly open: NonNullable<VariablesDialogProps['prompts']['open']>;
}

function VariablesForm({ formId, open, prompts }: VariablesFormProps) {
  const { variables: texts } = useReuseTexts();
  const variables = promptVariables(open.text);
  const [values, setValues] = useState<ReadonlyMap<string, string>>(
    () => new Map(variables.map(({ name, initial }) => [name, initial])),
  );
  const set = (name: string, value: string) => setValues(new Map([...values, [name, value]]));
  return (
    <form
      id={formId}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        prompts.insert(open, values);
      }}
    >
      {variables.map(({ name, choices }, index) =>
        choices === undefined ? (
          <TextAreaField
            key={name}
            label={name}
            rows={1}
            dir="auto"
            ref={index === 0 ? takeFocus : undefined}
            value={values.get(name) ?? ''}
            onChange={(event) => set(name, event.currentTarget.value)}
          />
        ) : (
          <SelectField
            key={name}
            label={name}
            ref={index === 0 ? takeFocus : undefined}
            value={values.get(name) ?? ''}
            onChange={(event) => set(name, event.currentTarget.value)}
          >
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {choice}
              </option>
            ))}
          </SelectField>
        ),
      )}
      <section aria-label={texts.preview} className="flex flex-col gap-1.5">
        <h3 className="text-sm font-medium">{texts.preview}</h3>
        <p
          dir="auto"
          className="rounded-control border border-border bg-surface p-3 text-sm wrap-anywhere whitespace-pre-wrap"
        >
          {prompts.fill(open.text, values)}
        </p>
      </section>
    </form>
  );
}

/** Whoever is asked for blanks fills them in: a dialog that opens gives the focus to what has this attribute. */
function takeFocus(field: HTMLElement | null): void {
  field?.setAttribute('autofocus', '');
}
