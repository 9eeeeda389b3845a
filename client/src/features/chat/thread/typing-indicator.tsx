import type { Message } from '@parley/contracts';
import { useRef } from 'react';
import { Hand } from 'lucide-react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';
import { hasEnded, waitingCalls } from '../live/waiting-calls.ts';

export interface TypingIndicatorProps {
  readonly message?: Message;
  readonly stopping?: boolean;
  readonly lost?: boolean;
  /** Whether it still goes on is being found out: no sign of life before that is known. */
  readonly checking?: boolean;
  /** Whether the person in front of the page asked for it; what it waits for is theirs to answer then. */
  readonly isOwn?: boolean;
}

/**
 * A calm sign of life while nothing can be read yet, or while a stop or a lost connection holds the text up. While the
 * answer waits for its user, it says so and leads there.
 */
export function TypingIndicator(props: TypingIndicatorProps) {
  const { message, stopping = false, lost = false, checking = false, isOwn = true } = props;
  const { turn } = useTexts().chat;
  if (!stopping && !lost && message && waitingCalls(message.parts).length > 0) {
    // In the place of what somebody else is asked stands who that is.
    return isOwn ? <WaitingIndicator count={waitingCalls(message.parts).length} /> : null;
  }
  if (!stopping && !lost && message && !isSilent(message)) return null;
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

/** Whether nothing in an answer shows that it goes on: the model has been asked and has not begun to write. */
function isSilent({ parts }: Message): boolean {
  const last = parts.at(-1);
  if (last === undefined || last.type === 'steer' || last.type === 'hand-off') return true;
  return last.type === 'tool-call' && parts.every((part) => part.type !== 'tool-call' || hasEnded(part));
}

/** Nothing goes on before somebody answers: no dots, and a way to what asks. */
function WaitingIndicator({ count }: { readonly count: number }) {
  const { request } = useTexts().tools;
  const button = useRef<HTMLButtonElement>(null);
  return (
    <button
      ref={button}
      type="button"
      data-tooltip={request.show}
      onClick={() => {
        const card = button.current?.closest('article')?.querySelector<HTMLElement>('[data-request]');
        card?.focus({ preventScroll: true });
        card?.scrollIntoView({ block: 'nearest' });
      }}
      className="-ms-1.5 flex min-h-7 items-center gap-2 self-start rounded-control px-1.5 text-sm font-medium text-warning hover:bg-hover touch:min-h-11"
    >
      <Hand aria-hidden className="size-4" />
      {count === 1 ? request.waits : request.more(count)}
    </button>
  );
}
