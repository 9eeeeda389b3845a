import type { Message } from '@parley/contracts';
import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { useFeedback } from './use-feedback.ts';

const PopoverBody = lazy(async () => ({ default: (await import('../../../ui/popover-body.tsx')).PopoverBody }));
const FeedbackForm = lazy(async () => ({ default: (await import('./feedback-form.tsx')).FeedbackForm }));

/** Whether an answer is any good: one press says so, another takes it back. A poor one may be given a reason. */
export function FeedbackButtons({ message }: { readonly message: Message }) {
  const { feedback } = usePanelTexts();
  const rate = useFeedback(message);
  const down = useRef<HTMLButtonElement>(null);
  const [isAsking, setAsking] = useState(false);
  const [wasAsked, setWasAsked] = useState(false);
  const rating = message.feedback?.rating;
  const press = (pressed: 'up' | 'down') => {
    const isBack = rating === pressed;
    rate(isBack ? undefined : { rating: pressed });
    const asks = pressed === 'down' && !isBack;
    setAsking(asks);
    if (asks) setWasAsked(true);
  };
  return (
    <span className="relative inline-flex items-center gap-0.5">
      <IconButton
        size="small"
        label={feedback.up}
        aria-pressed={rating === 'up'}
        icon={<ThumbsUp aria-hidden className={iconClass(rating === 'up')} />}
        onClick={() => press('up')}
      />
      <span className="relative inline-flex">
        <IconButton
          ref={down}
          size="small"
          label={feedback.down}
          aria-pressed={rating === 'down'}
          aria-expanded={isAsking || undefined}
          icon={<ThumbsDown aria-hidden className={iconClass(rating === 'down')} />}
          onClick={() => press('down')}
        />
        {wasAsked ? (
          <Suspense fallback={null}>
            <PopoverBody
              open={isAsking}
              onOpenChange={setAsking}
              label={feedback.title}
              button={down}
              align="start"
              side="top"
            >
              <FeedbackForm
                onSend={(reason, comment) => {
                  setAsking(false);
                  rate({ rating: 'down', ...(reason ? { reason } : {}), ...(comment === '' ? {} : { comment }) });
                }}
              />
            </PopoverBody>
          </Suspense>
        ) : null}
      </span>
    </span>
  );
}

function iconClass(isPressed: boolean): string {
  return classNames('size-4', isPressed && 'fill-current');
}
