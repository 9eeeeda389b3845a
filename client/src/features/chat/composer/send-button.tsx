import { ArrowUp, LoaderCircle, Square } from 'lucide-react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../ui/class-names.ts';

export interface SendButtonProps {
  readonly state: 'send' | 'queue' | 'stop' | 'stopping' | 'held';
  /** Whether files are on their way, which the prompt waits for. */
  readonly waits: boolean;
  readonly disabled: boolean;
  readonly onSend: () => void;
  readonly onStop: () => void;
  /** Holds back what waits to be sent. */
  readonly onHold: () => void;
}

/** Sends; while an answer is being written and nothing is typed, the same button in the same place stops it. */
export function SendButton({ state, disabled, waits, onSend, onStop, onHold }: SendButtonProps) {
  const { composer } = useTexts().chat;
  const labels = {
    send: waits ? composer.files.send : composer.send,
    queue: waits ? composer.files.send : composer.queue,
    held: composer.files.held,
    stop: composer.stop,
    stopping: composer.stopping,
  } as const;
  const stops = state === 'stop' || state === 'stopping';
  const isDeaf = state === 'held' ? false : stops ? state === 'stopping' : disabled;
  return (
    <button
      type="button"
      aria-label={labels[state]}
      data-tooltip={state === 'stop' ? composer.stopTooltip : labels[state]}
      aria-disabled={isDeaf || undefined}
      onClick={() => {
        if (!isDeaf) (state === 'held' ? onHold : stops ? onStop : onSend)();
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
      ) : state === 'held' ? (
        <LoaderCircle aria-hidden className="size-4.5 animate-spin" />
      ) : (
        <ArrowUp aria-hidden className="size-4.5" strokeWidth={2.25} />
      )}
    </button>
  );
}
