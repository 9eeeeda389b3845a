import type { Message } from '@parley/contracts';
import { useState } from 'react';
import { useCompareTexts } from '../../../lib/i18n/use-compare-texts.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { useLiveMessage } from '../live/use-live.ts';

interface EndAnnouncerProps {
  readonly answers: readonly Message[];
  readonly names: readonly string[];
}

/** Tells screen readers which of several answers has ended, politely; nothing of those that had before. */
export function EndAnnouncer({ answers, names }: EndAnnouncerProps) {
  const mode = usePreferences((preferences) => preferences.announcements);
  return (
    <div aria-live="polite" className="sr-only" data-testid="comparison-announcer">
      {mode === 'off'
        ? null
        : answers.map((answer, index) => <EndLine key={answer.id} answer={answer} name={names[index] ?? ''} />)}
    </div>
  );
}

function EndLine({ answer, name }: { readonly answer: Message; readonly name: string }) {
  const { ended } = useCompareTexts().turn;
  const { status } = useLiveMessage(answer);
  const [wasWritten] = useState(status === 'running');
  return wasWritten && status !== 'running' ? <p>{ended[status](name)}</p> : null;
}
