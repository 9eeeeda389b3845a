import type { Conversation, Participant } from '@parley/contracts';
import { useRef } from 'react';
import { useParticipantTexts } from '../../lib/i18n/use-participant-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { InviteField } from './invite-field.tsx';
import { PersonRow } from './person-row.tsx';
import { useParticipantActions } from './use-participant-actions.ts';
import { useOthersHere } from './use-presence.ts';

/** Who takes part in a chat; for its owner also a field to invite people, and buttons to remove them. */
export function PeopleSection({ conversation }: { readonly conversation: Conversation }) {
  const texts = useParticipantTexts();
  const { id, participants = [], sharedBy, expiresAt } = conversation;
  const section = useRef<HTMLElement>(null);
  const others = useOthersHere(id);
  const { busy, invite, remove } = useParticipantActions(id);
  const isOwner = sharedBy === undefined;
  const removeFrom = async (who: Participant) => {
    // The row goes, and the focus with it.
    if (await remove(who)) section.current?.querySelector('input')?.focus();
  };
  if (isOwner && expiresAt !== undefined) return <Banner tone="info">{texts.temporary}</Banner>;
  return (
    <section ref={section} aria-label={texts.title} className="flex flex-col gap-3">
      {isOwner ? (
        <>
          <p className="text-text-muted">{texts.intro}</p>
          <InviteField participants={participants} onInvite={(who) => void invite(who)} />
        </>
      ) : null}
      {participants.length > 0 ? (
        <ul aria-label={texts.list} className="divide-y divide-border">
          {participants.map((who) => (
            <PersonRow
              key={who.id}
              who={who}
              presence={others.find((other) => other.id === who.id)}
              busy={busy}
              onRemove={isOwner && who.role === 'participant' ? () => void removeFrom(who) : undefined}
            />
          ))}
        </ul>
      ) : null}
    </section>
  );
}
