import { type ConversationId, ProblemError } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { explainError } from '../../../lib/explain-error.ts';
import { useArtifactTexts } from '../../../lib/i18n/use-artifact-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';
import type { ArtifactVersion } from './collect-artifacts.ts';
import { saveVersion } from './save-version.ts';

export interface ArtifactEditorProps {
  readonly conversationId: ConversationId;
  readonly version: ArtifactVersion;
  readonly title: string;
  /** Called once it is over: whether there is a new version. */
  readonly onClose: (isSaved: boolean) => void;
}

/** The code of an artifact as plain text that can be changed, and kept as a version. */
export function ArtifactEditor({ conversationId, version, title, onClose }: ArtifactEditorProps) {
  const texts = useTexts();
  const { edit } = useArtifactTexts();
  const client = useQueryClient();
  const field = useRef<HTMLTextAreaElement>(null);
  // What is being changed stays what it was, whatever the answer becomes meanwhile.
  const [edited] = useState(version);
  const [text, setText] = useState(version.text);
  const [state, setState] = useState<'idle' | 'saving' | { readonly failure: string }>('idle');
  useEffect(() => field.current?.focus(), []);

  const save = async () => {
    setState('saving');
    try {
      await saveVersion(client, conversationId, edited, text);
      onClose(true);
    } catch (error) {
      const isStale = error instanceof ProblemError && error.code === 'message-changed';
      setState({ failure: isStale ? edit.changed : `${edit.failed} ${explainError(error, texts)}` });
    }
  };
  const isUnchanged = text.trimEnd() === edited.text.trimEnd() || text.trim() === '';
  return (
    <form
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isUnchanged && state !== 'saving') void save();
      }}
    >
      <textarea
        ref={field}
        value={text}
        aria-label={edit.label(title)}
        spellCheck={false}
        dir="ltr"
        className="min-h-0 w-full flex-1 resize-none bg-bg p-4 font-mono text-[13.5px]/5 -outline-offset-2"
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
          // Only what nobody would miss goes with a key; the panel stays in any case.
          event.preventDefault();
          event.stopPropagation();
          if (isUnchanged) onClose(false);
        }}
      />
      {typeof state === 'object' ? (
        <p role="alert" className="px-4 pt-2 text-sm text-danger">
          {state.failure}
        </p>
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-2 border-t border-border p-2">
        <Button onClick={() => onClose(false)}>{edit.cancel}</Button>
        <Button type="submit" variant="primary" aria-disabled={isUnchanged || state === 'saving'}>
          {state === 'saving' ? edit.saving : edit.save}
        </Button>
      </div>
    </form>
  );
}
