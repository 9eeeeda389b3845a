import type { Conversation } from '@parley/contracts';
import { Users } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { listWords } from '../../lib/i18n/list-words.ts';
import { useParticipantTexts } from '../../lib/i18n/use-participant-texts.ts';
import { PersonCircle } from '../../ui/person-circle.tsx';
import { useBePresent, useOthersHere } from './use-presence.ts';

const PeopleDialog = lazy(async () => ({ default: (await import('./people-dialog.tsx')).PeopleDialog }));

/** Circles that are shown; the others are a number. */
const mostCircles = 3;

export interface PeopleHereProps {
  /** A shared one. */
  readonly conversation: Conversation;
  /** Copies what is seen into a chat of one's own; absent while there is nothing to copy. */
  readonly onContinue: (() => void) | undefined;
  /** The page of the chat is to be left, because its reader takes part no more. */
  readonly onLeaving: () => void;
}

/** Who looks at a shared chat right now, as circles; the button opens who takes part. */
export function PeopleHere({ conversation, onContinue, onLeaving }: PeopleHereProps) {
  const texts = useParticipantTexts();
  const [isOpen, setOpen] = useState(false);
  useBePresent(conversation.id);
  const others = useOthersHere(conversation.id);
  const label = others.length === 0 ? texts.button : texts.buttonHere(listWords(others.map(({ name }) => name)));
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={label}
        data-tooltip={label}
        onClick={() => setOpen(true)}
        className="inline-flex h-9 min-w-9 shrink-0 items-center justify-center rounded-control px-1 text-text-muted transition-colors hover:bg-hover hover:text-text touch:h-11 touch:min-w-11"
      >
        {others.length === 0 ? <Users aria-hidden className="size-4.5" /> : null}
        {others.slice(0, mostCircles).map(({ id, name }, index) => (
          <span
            key={id}
            className={index === 0 ? 'inline-flex rounded-full' : '-ms-1 inline-flex rounded-full ring-2 ring-bg'}
          >
            <PersonCircle name={name} />
          </span>
        ))}
        {others.length > mostCircles ? (
          <span
            aria-hidden
            data-more={texts.more(others.length - mostCircles)}
            className="ms-1 text-xs font-medium tabular-nums before:content-[attr(data-more)]"
          />
        ) : null}
      </button>
      {isOpen ? (
        <Suspense fallback={null}>
          <PeopleDialog
            conversation={conversation}
            onContinue={onContinue}
            onLeaving={onLeaving}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
