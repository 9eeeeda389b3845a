import type { Conversation } from '@parley/contracts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';
import { otherAwaited } from '../../lib/other-awaited.ts';
import { RunningDot } from './running-dot.tsx';

export interface ConversationDotProps {
  readonly conversation: Conversation;
  readonly isCurrent: boolean;
}

/** A ring while an answer is being written, a yellow dot while it waits for somebody, a dot for one that nobody has seen. Its place is kept free without them. */
export function ConversationDot({ conversation, isCurrent }: ConversationDotProps) {
  const { sidebar } = useTexts();
  const { id, runningGenerationId, waitingForInput, unread } = conversation;
  return (
    <span className="inline-flex size-2.5 shrink-0 items-center justify-center">
      {runningGenerationId === null ? null : (
        <RunningDot id={id} waits={waitingForInput} waitsFor={otherAwaited(conversation)?.name} />
      )}
      {runningGenerationId === null && unread && !isCurrent ? (
        <span className="size-2 rounded-full bg-accent forced-color-adjust-none forced-colors:bg-[Highlight]">
          <VisuallyHidden>{sidebar.unread}</VisuallyHidden>
        </span>
      ) : null}
    </span>
  );
}
