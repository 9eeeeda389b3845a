import type { InputRequest } from '@parley/contracts';
import { Hourglass } from 'lucide-react';
import { useParticipantTexts } from '../../../lib/i18n/use-participant-texts.ts';
import { showHidden } from '../parts/requests/read-arguments.ts';

export interface WaitsForProps {
  /** Who asked for the answer. */
  readonly name: string;
  readonly request: InputRequest;
}

/** In the place of a question that somebody else is asked: who that is. */
export function WaitsFor({ name, request }: WaitsForProps) {
  const texts = useParticipantTexts();
  return (
    <div className="flex items-start gap-2.5 rounded-card border border-border bg-raised px-4 py-3 text-sm">
      <Hourglass aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      <div className="min-w-0">
        <p className="isolate font-medium wrap-anywhere">{texts.waitsFor(name)}</p>
        <p className="isolate wrap-anywhere text-text-muted">
          {request.kind === 'approval'
            ? texts.waitsForApproval(name, showHidden(request.title))
            : texts.waitsForAnswer(name)}
        </p>
      </div>
    </div>
  );
}
