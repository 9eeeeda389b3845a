import type { Participant, PresentPerson } from '@parley/contracts';
import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import { session } from '../../lib/api/call.ts';
import { useParticipantTexts } from '../../lib/i18n/use-participant-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { PersonCircle } from '../../ui/person-circle.tsx';

export interface PersonRowProps {
  readonly who: Participant;
  /** Present while they look at the chat. */
  readonly presence: PresentPerson | undefined;
  readonly busy: boolean;
  /** Present where they may be removed. */
  readonly onRemove: (() => void) | undefined;
}

/** Somebody who takes part, with their role and whether they are here; removing them asks once more in its place. */
export function PersonRow({ who, presence, busy, onRemove }: PersonRowProps) {
  const { common } = useTexts();
  const texts = useParticipantTexts();
  const [isAsking, setAsking] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const { id, name, role } = who;
  const isMe = id === session.current()?.user.id;
  const state = presence === undefined ? undefined : presence.typing ? texts.writing : texts.here;
  const keep = () => {
    setAsking(false);
    requestAnimationFrame(() => row.current?.querySelector('button')?.focus());
  };
  return (
    <li ref={row} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2">
      <PersonCircle name={name} />
      <div className="min-w-0 flex-1 basis-32">
        <p dir="auto" className="truncate font-medium">
          {isMe ? texts.you(name) : name}
        </p>
        <p className="truncate text-xs text-text-muted">
          {texts.roles[role]}
          {state === undefined ? null : <span className="text-success">{` · ${state}`}</span>}
        </p>
      </div>
      {onRemove && !isAsking ? (
        <IconButton
          label={texts.remove(name)}
          icon={<X aria-hidden className="size-4" />}
          onClick={() => setAsking(true)}
        />
      ) : null}
      {onRemove && isAsking ? (
        <fieldset
          aria-label={texts.remove(name)}
          className="m-0 flex w-full min-w-0 border-0 flex-wrap items-center justify-end gap-2 rounded-control bg-user-bubble p-2"
        >
          <p className="min-w-0 flex-1 basis-full sm:basis-48">{texts.removeText(name)}</p>
          <Button size="small" ref={focusOnce} onClick={keep}>
            {common.cancel}
          </Button>
          <Button size="small" variant="danger" busy={busy} onClick={onRemove}>
            {texts.removeNow}
          </Button>
        </fieldset>
      ) : null}
    </li>
  );
}

/** The safe choice has the focus first. */
function focusOnce(button: HTMLButtonElement | null): void {
  button?.focus();
}
