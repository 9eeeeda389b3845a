import { maxPromptLength } from '@parley/contracts';
import type { Message, MessagePart } from '@parley/contracts';
import { useRef, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { useTurnTexts } from '../../../lib/i18n/use-turn-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { MessageParts } from '../parts/message-parts.tsx';
import { EditConflict } from './edit-conflict.tsx';
import { EditField } from './edit-field.tsx';
import { type TextEdit, useSaveText } from './use-save-text.ts';
import { currentLocale } from '../../../lib/i18n/language-store.ts';

export interface AnswerEditorProps {
  readonly message: Message;
  readonly onClose: () => void;
}

/** The texts of an answer, to be changed in place; what tools did stands between them as it is. */
export function AnswerEditor({ message, onClose }: AnswerEditorProps) {
  const { common } = useTexts();
  const { editor } = useTurnTexts();
  // As it was when somebody began: what changes meanwhile is asked about when it is saved.
  const [{ parts }] = useState(message);
  const [changed, setChanged] = useState<ReadonlyMap<number, string>>(new Map());
  const [agreed, setAgreed] = useState<ReadonlyMap<number, string>>(new Map());
  const frame = useRef<HTMLDivElement>(null);
  const close = () => {
    frame.current?.closest('article')?.focus();
    onClose();
  };
  const { state, save } = useSaveText(message, close);
  const textParts = parts.flatMap((part, index) => (part.type === 'text' && part.text !== '' ? [index] : []));
  const textAt = (index: number) => changed.get(index) ?? textOf(parts[index]);
  const isEmpty = [...changed.values()].some((text) => text.trim() === '');
  const isTooLong = [...changed.values()].some((text) => text.length > maxPromptLength);

  const saveAll = (known = agreed, mine = changed) => {
    if (isEmpty || isTooLong) return;
    const edits = [...mine].map(([part, text]): TextEdit => ({
      part,
      text,
      was: known.get(part) ?? textOf(parts[part]),
    }));
    void save(edits);
  };
  const keepMine = (part: number, theirs: string) => {
    const known = new Map(agreed).set(part, theirs);
    setAgreed(known);
    saveAll(known);
  };

  const takeTheirs = (part: number) => {
    const mine = new Map([...changed].filter(([index]) => index !== part));
    setChanged(mine);
    saveAll(agreed, mine);
  };

  return (
    <div ref={frame} className="flex flex-col gap-(--block-gap)">
      {parts.map((part, index) =>
        part.type === 'text' ? (
          textParts.includes(index) ? (
            <div key={index} className="rounded-card border border-outline bg-raised pb-2 focus-within:border-accent">
              <EditField
                label={
                  textParts.length === 1 ? editor.answer : editor.part(textParts.indexOf(index) + 1, textParts.length)
                }
                hint={editor.hintAnswer}
                text={textAt(index)}
                takesFocus={index === textParts[0]}
                onChange={(text) => setChanged(new Map(changed).set(index, text))}
                onModEnter={() => saveAll()}
                onSave={() => saveAll()}
                onCancel={close}
              />
              {state.kind === 'changed' && state.part === index ? (
                <EditConflict
                  mine={textAt(index)}
                  theirs={state.theirs}
                  onKeepMine={() => keepMine(index, state.theirs)}
                  onTakeTheirs={() => takeTheirs(index)}
                />
              ) : null}
            </div>
          ) : null
        ) : part.type === 'source' ? null : (
          <MessageParts key={index} message={{ ...message, parts: [part], notices: [] }} />
        ),
      )}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <span role="alert" className="min-w-0 flex-1 text-sm text-danger empty:hidden">
          {isEmpty ? editor.empty : null}
          {isTooLong ? editor.tooLong(maxPromptLength.toLocaleString(currentLocale())) : null}
          {state.kind === 'failed' ? state.reason : null}
        </span>
        <Button size="small" variant="ghost" onClick={close}>
          {common.cancel}
        </Button>
        <Button
          size="small"
          variant="primary"
          disabled={isEmpty || isTooLong}
          busy={state.kind === 'saving'}
          data-tooltip={editor.saveTooltip}
          onClick={() => saveAll()}
        >
          {editor.save}
        </Button>
      </div>
    </div>
  );
}

function textOf(part: MessagePart | undefined): string {
  return part?.type === 'text' ? part.text : '';
}
