import { useMutation } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { fieldErrorsOf } from '../../lib/field-errors.ts';
import { useActionsTexts } from '../../lib/i18n/use-actions-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { FileButton } from '../../ui/file-button.tsx';
import { TextAreaField } from '../../ui/text-area-field.tsx';
import { readDescription } from './description.ts';
import type { Description } from './description.ts';

/** What the server takes, in UTF-16 units; a file of as many bytes has no more. */
const longest = 900_000;

export interface DescriptionFormProps {
  /** Of the form, for a button outside it. */
  readonly id: string;
  readonly specification: string;
  readonly onBusy: (busy: boolean) => void;
  readonly onRead: (description: Description) => void;
}

/** Takes an OpenAPI description, pasted or from a file, and has it read. */
export function DescriptionForm({ id, specification, onBusy, onRead }: DescriptionFormProps) {
  const { description: texts } = useActionsTexts();
  const all = useTexts();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(specification);
  const [problem, setProblem] = useState<string>();
  const reading = useMutation({
    mutationFn: (value: string) => readDescription(value),
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: onRead,
    onError: () => area.current?.focus(),
  });
  useEffect(() => area.current?.focus(), []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reading.isPending) return;
    reading.reset();
    const found = text.trim() === '' ? texts.missing : text.length > longest ? texts.tooLong : undefined;
    setProblem(found);
    if (found === undefined) reading.mutate(text);
    else area.current?.focus();
  };
  const choose = async (chosen: File) => {
    reading.reset();
    if (chosen.size > longest) return setProblem(texts.tooLarge);
    try {
      setText(await chosen.text());
      setProblem(undefined);
    } catch (error) {
      // Gone or locked since it was chosen.
      if (!(error instanceof DOMException)) throw error;
      setProblem(texts.unreadable);
    }
  };

  const atField = fieldErrorsOf(reading.error)['specification'];
  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      {reading.error !== null && atField === undefined ? (
        <Banner tone="danger">{`${texts.failed} ${explainError(reading.error, all)}`}</Banner>
      ) : null}
      <TextAreaField
        ref={area}
        label={texts.label}
        name="specification"
        hint={texts.hint}
        error={problem ?? atField}
        rows={10}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        aside={
          <FileButton
            variant="ghost"
            size="small"
            icon={<FileUp aria-hidden className="size-4" />}
            accept=".json,.yaml,.yml,application/json,application/yaml"
            onChoose={(chosen) => void choose(chosen)}
            inputTestId="openapi-file"
          >
            {texts.choose}
          </FileButton>
        }
      />
    </form>
  );
}
