import type { Conversation } from '@parley/contracts';
import { Users } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { listWords } from '../../lib/i18n/list-words.ts';
import { useParticipantTexts } from '../../lib/i18n/use-participant-texts.ts';
import { classNames } from '../../ui/class-names.ts';
import { PersonCircle } from '../../ui/person-circle.tsx';
import { useBePresent, useOthersHere } from './use-presence.ts';

const PeopleDialog = lazy(async () => ({ default: (await import('./people-dialog.tsx')).PeopleDialog }));

/** Circles that are shown, and on a phone, where the title needs the room; the others are a number. */
const mostCircles = { wide: 3, narrow: 1 };

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
        {others.slice(0, mostCircles.wide).map(({ id, name }, index) => (
          <span
            key={id}
            className={classNames(
              'inline-flex rounded-full',
              index > 0 && '-ms-1 ring-2 ring-bg',
              index >= mostCircles.narrow && 'max-sm:hidden',
            )}
          >
            <PersonCircle name={name} />
          </span>
        ))}
        <More count={others.length - mostCircles.wide} className="max-sm:hidden" />
        <More count={others.length - mostCircles.narrow} className="sm:hidden" />
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

/** How many are here beside those who are shown. */
function More({ count, className }: { readonly count: number; readonly className: string }) {
  const texts = useParticipantTexts();
  if (count <= 0) return null;
  return (
    <span
      aria-hidden
      data-more={texts.more(count)}
      className={classNames('ms-1 text-xs font-medium tabular-nums before:content-[attr(data-more)]', className)}
    />
  );
}
