import { maxPromptLength } from '@parley/contracts';
import type { FileRef } from '@parley/contracts';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { PromptField } from '../composer/prompt-field.tsx';

const QuestionFiles = lazy(async () => ({ default: (await import('./question-files.tsx')).QuestionFiles }));

export interface QuestionEditorProps {
  readonly text: string;
  /** What goes with it; stays as it is. */
  readonly files: readonly FileRef[];
  readonly onSend: (text: string) => void;
  readonly onCancel: () => void;
}

/** A question being reworded; sending it makes a new version and leaves the old one as it is. */
export function QuestionEditor({ text: original, files, onSend, onCancel }: QuestionEditorProps) {
  const { chat, common } = useTexts();
  const [text, setText] = useState(original);
  const field = useRef<HTMLTextAreaElement>(null);
  const isSendable = text.trim() !== '' && text.length <= maxPromptLength;
  const send = () => {
    if (isSendable) onSend(text.trim());
  };
  const cancel = () => {
    // The turn takes the focus back, so that keyboard users stay where they are.
    field.current?.closest('article')?.focus();
    onCancel();
  };
  useEffect(() => field.current?.focus(), []);
  return (
    <div className="rounded-bubble border border-outline bg-raised focus-within:border-accent">
      {files.length > 0 ? (
        <div className="px-3 pt-3">
          <Suspense fallback={null}>
            <QuestionFiles files={files} />
          </Suspense>
        </div>
      ) : null}
      <PromptField
        field={field}
        label={chat.turn.editLabel}
        text={text}
        onChange={setText}
        onSend={send}
        onEscape={cancel}
      />
      <div className="flex flex-wrap justify-end gap-2 p-2">
        <Button size="small" variant="ghost" onClick={cancel}>
          {common.cancel}
        </Button>
        <Button size="small" variant="primary" disabled={!isSendable} onClick={send}>
          {chat.composer.send}
        </Button>
      </div>
    </div>
  );
}
