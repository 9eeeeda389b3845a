import type { Feedback } from '@parley/contracts';
import { useState } from 'react';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { RadioChoice } from '../../../ui/radio-choice.tsx';
import { TextAreaField } from '../../../ui/text-area-field.tsx';

const reasons = ['wrong', 'not-followed', 'too-long', 'too-short', 'harmful', 'other'] as const;
type Reason = (typeof reasons)[number];

export interface FeedbackFormProps {
  readonly onSend: (reason: Feedback['reason'], comment: string) => void;
}

/** Asks what was wrong with an answer. Nothing of it has to be said. */
export function FeedbackForm({ onSend }: FeedbackFormProps) {
  const { feedback } = usePanelTexts();
  const [reason, setReason] = useState<Reason | ''>('');
  const [comment, setComment] = useState('');
  return (
    <form
      className="flex min-h-0 flex-col gap-3 overflow-y-auto p-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(reason === '' ? undefined : reason, comment.trim());
      }}
    >
      <div>
        <h2 className="font-semibold">{feedback.title}</h2>
        <p className="text-xs text-text-muted">{feedback.optional}</p>
      </div>
      <RadioChoice
        legend={feedback.reason}
        value={reason}
        options={reasons.map((value) => ({ value, label: feedback.reasons[value] }))}
        onChoose={setReason}
        className="gap-1.5"
        optionClassName={
          'rounded-full border border-outline text-xs transition-colors hover:bg-hover hover:text-text ' +
          'has-checked:border-accent has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 ' +
          'has-focus-visible:outline-offset-2 has-focus-visible:outline-accent'
        }
      />
      <TextAreaField
        label={feedback.comment}
        rows={2}
        maxLength={2000}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <div className="flex justify-end">
        <Button type="submit" variant="primary">
          {feedback.send}
        </Button>
      </div>
    </form>
  );
}
