import type { Message } from '@parley/contracts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';

export interface TypingIndicatorProps {
  readonly message?: Message;
  readonly stopping?: boolean;
  readonly lost?: boolean;
  /** Whether it still goes on is being found out: no sign of life before that is known. */
  readonly checking?: boolean;
}

/** A calm sign of life while nothing can be read yet, or while a stop or a lost connection holds the text up. */
export function TypingIndicator({ message, stopping = false, lost = false, checking = false }: TypingIndicatorProps) {
  const { turn } = useTexts().chat;
  const last = message?.parts.at(-1);
  const isWaiting =
    last === undefined || last.type === 'steer' || (last.type === 'tool-call' && last.output !== undefined);
  if (!stopping && !lost && !isWaiting) return null;
  const label = stopping ? turn.stopping : lost ? turn.reconnecting : turn.waiting;
  return (
    <p className="flex min-h-[1.625em] items-center gap-2 text-sm text-text-muted">
      <span aria-hidden className={classNames('flex gap-1', checking && 'invisible')}>
        {[0, 1, 2].map((dot) => (
          <span
            key={dot}
            className="size-1.5 animate-pulse rounded-full bg-current"
            style={{ animationDelay: `${String(dot * 200)}ms` }}
          />
        ))}
      </span>
      {checking ? null : stopping || lost ? label : <VisuallyHidden>{label}</VisuallyHidden>}
    </p>
  );
}
