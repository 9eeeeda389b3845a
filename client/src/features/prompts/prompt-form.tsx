import { promptTextSchema, promptVariables } from '@parley/contracts';
import type { PromptCard } from '@parley/contracts';
import { useState } from 'react';
import * as z from 'zod/mini';
import { explainError } from '../../lib/explain-error.ts';
import { fieldErrorsOf } from '../../lib/field-errors.ts';
import { fieldWords } from '../../lib/i18n/field-words.ts';
import { listWords } from '../../lib/i18n/list-words.ts';
import { useReuseTexts } from '../../lib/i18n/use-reuse-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { TextAreaField } from '../../ui/text-area-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { PromptVersions } from './prompt-versions.tsx';
import { type StoredPrompt, useSavePrompt } from './use-save-prompt.ts';

export interface PromptFormProps {
  /** Absent for a new one. */
  readonly stored: StoredPrompt | undefined;
  readonly onSaved: () => void;
}

const emptyCard: PromptCard = { name: '', description: '', category: '', command: '' };

/** The fields of a prompt, with what its blanks are, and below them its versions. */
export function PromptForm({ stored, onSaved }: PromptFormProps) {
  const texts = useTexts();
  const { editor } = useReuseTexts();
  const { name, description, category, command } = stored?.prompt ?? emptyCard;
  const [card, setCard] = useState<PromptCard>({ name, description, category, command });
  const [text, setText] = useState(stored?.text ?? '');
  const save = useSavePrompt(() => {
    showToast({ text: editor.saved, tone: 'success' });
    onSaved();
  });
  const wrong = text === '' ? undefined : z.safeParse(promptTextSchema, text).error?.issues[0]?.message;
  const wrongText = wrong === undefined ? undefined : fieldWords(wrong);
  const errors = fieldErrorsOf(save.error);
  const set = (field: keyof PromptCard) => (event: { currentTarget: { value: string } }) =>
    setCard({ ...card, [field]: event.currentTarget.value });
  const isReady = card.name.trim() !== '' && text.trim() !== '' && wrongText === undefined;
  const submit = (isProduction: boolean) => {
    if (isReady && !save.isPending) save.mutate({ stored, card, text, isProduction });
  };
  const isNewText = stored !== undefined && text !== stored.text;
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit(true);
      }}
    >
      {save.error ? (
        <Banner tone="danger">
          {editor.failed} {explainError(save.error, texts)}
        </Banner>
      ) : null}
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={editor.name}
          required
          value={card.name}
          maxLength={100}
          error={errors['name']}
          onChange={set('name')}
        />
        <TextField
          label={editor.command}
          hint={editor.commandHint}
          value={card.command}
          maxLength={50}
          autoCapitalize="none"
          spellCheck={false}
          error={errors['command']}
          onChange={({ currentTarget }) =>
            setCard({ ...card, command: currentTarget.value.toLowerCase().replace(/^\/+/, '').replaceAll(/\s+/g, '-') })
          }
        />
        <TextField
          label={editor.description}
          hint={editor.descriptionHint}
          value={card.description}
          maxLength={200}
          error={errors['description']}
          onChange={set('description')}
        />
        <TextField
          label={editor.category}
          value={card.category}
          maxLength={50}
          error={errors['category']}
          onChange={set('category')}
        />
      </div>
      <TextAreaField
        label={editor.text}
        hint={editor.textHint}
        required
        rows={6}
        dir="auto"
        value={text}
        error={wrongText ?? errors['text']}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Preview text={text} />
      <div className="flex flex-wrap justify-end gap-2">
        {isNewText ? (
          <Button disabled={!isReady} busy={save.isPending} onClick={() => submit(false)}>
            {editor.saveDraft}
          </Button>
        ) : null}
        <Button type="submit" variant="primary" disabled={!isReady} busy={save.isPending}>
          {editor.save}
        </Button>
      </div>
      {stored ? <PromptVersions prompt={stored.prompt} onShow={setText} /> : null}
    </form>
  );
}

/** The text as it is read, with its blanks marked. */
function Preview({ text }: { readonly text: string }) {
  const { editor } = useReuseTexts();
  if (text.trim() === '') return null;
  const variables = promptVariables(text.slice(0, 50_000)).slice(0, 100);
  return (
    <section aria-label={editor.preview} className="flex flex-col gap-1.5">
      <h3 className="text-sm font-medium">{editor.preview}</h3>
      <p
        dir="auto"
        className="line-clamp-12 rounded-control border border-border bg-surface p-3 text-sm wrap-anywhere whitespace-pre-wrap"
      >
        {text.split(/(\{\{[^{}\n]{1,500}\}\})/).map((piece, index) =>
          // What is split by lies between the rest: every second piece.
          index % 2 === 1 ? (
            <mark key={index} className="rounded bg-selected px-1 text-text">
              {piece.slice(2, -2).trim()}
            </mark>
          ) : (
            piece
          ),
        )}
      </p>
      {variables.length === 0 ? null : (
        <p className="text-xs wrap-anywhere text-text-muted">
          {editor.variables(listWords(variables.map((variable) => variable.name)))}
        </p>
      )}
    </section>
  );
}
