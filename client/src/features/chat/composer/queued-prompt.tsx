import { Clock, Pencil, X } from 'lucide-react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';

export interface QueuedPromptProps {
  readonly text: string;
  /** Present once nothing is in the way any more. */
  readonly onSend: (() => void) | undefined;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

/** A message that waits for the running answer to end. */
export function QueuedPrompt({ text, onSend, onEdit, onRemove }: QueuedPromptProps) {
  const { composer } = useTexts().chat;
  return (
    <section
      aria-label={composer.queuedLabel}
      className="mb-2 flex animate-rise items-center gap-2 rounded-card border border-border bg-raised py-1 ps-3 pe-1 text-sm"
    >
      <Clock aria-hidden className="size-4 shrink-0 text-text-muted" />
      <p className="min-w-0 flex-1 truncate">
        <span className="text-text-muted">{composer.queued}</span> {text}
      </p>
      {onSend ? (
        <Button size="small" onClick={onSend}>
          {composer.queueSend}
        </Button>
      ) : null}
      <IconButton
        size="small"
        label={composer.queueEdit}
        icon={<Pencil aria-hidden className="size-4" />}
        onClick={onEdit}
      />
      <IconButton
        size="small"
        label={composer.queueRemove}
        icon={<X aria-hidden className="size-4" />}
        onClick={onRemove}
      />
    </section>
  );
}
