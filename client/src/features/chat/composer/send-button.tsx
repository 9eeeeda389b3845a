import { ArrowUp, Square } from 'lucide-react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../ui/class-names.ts';

export interface SendButtonProps {
  readonly state: 'send' | 'queue' | 'stop' | 'stopping';
  readonly disabled: boolean;
  readonly onSend: () => void;
  readonly onStop: () => void;
}

/** Sends; while an answer is being written and nothing is typed, the same button in the same place stops it. */
export function SendButton({ state, disabled, onSend, onStop }: SendButtonProps) {
  const { composer } = useTexts().chat;
  const labels = {
    send: composer.send,
    queue: composer.queue,
    stop: composer.stop,
    stopping: composer.stopping,
  } as const;
  const stops = state === 'stop' || state === 'stopping';
  const isDeaf = stops ? state === 'stopping' : disabled;
  return (
    <button
      type="button"
      aria-label={labels[state]}
      data-tooltip={state === 'stop' ? composer.stopTooltip : labels[state]}
      aria-disabled={isDeaf || undefined}
      onClick={() => {
        if (!isDeaf) (stops ? onStop : onSend)();
      }}
      className={classNames(
        'inline-flex size-9 shrink-0 items-center justify-center rounded-full transition-colors touch:size-11',
        isDeaf && !stops
          ? 'cursor-not-allowed bg-selected text-text-muted'
          : 'bg-accent text-on-accent hover:bg-accent-strong',
        state === 'stopping' && 'animate-pulse cursor-default',
      )}
    >
      {stops ? (
        <Square aria-hidden className="size-3.5 fill-current" />
      ) : (
        <ArrowUp aria-hidden className="size-4.5" strokeWidth={2.25} />
      )}
    </button>
  );
}
