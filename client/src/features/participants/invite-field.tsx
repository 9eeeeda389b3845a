import { mostParticipants } from '@parley/contracts';
import type { Participant, Person } from '@parley/contracts';
import { useState } from 'react';
import { session } from '../../lib/api/call.ts';
import { useParticipantTexts } from '../../lib/i18n/use-participant-texts.ts';
import { useFoundPrincipals } from '../../lib/query/use-found-principals.ts';
import { Combobox } from '../../ui/combobox.tsx';

export interface InviteFieldProps {
  /** Who takes part already; they are not offered again. */
  readonly participants: readonly Participant[];
  readonly onInvite: (who: Person) => void;
}

/** Finds people by the beginning of their name or address. */
export function InviteField({ participants, onInvite }: InviteFieldProps) {
  const texts = useParticipantTexts();
  const [query, setQuery] = useState('');
  const { found, isBusy } = useFoundPrincipals(query);
  const taken = new Set<string | undefined>([session.current()?.user.id, ...participants.map(({ id }) => id)]);
  const people = found.flatMap(({ principal, ...who }) =>
    principal.type === 'user' ? [{ ...who, id: principal.id }] : [],
  );
  const offered = people.filter(({ id }) => !taken.has(id));
  if (participants.length > mostParticipants) {
    return <p className="text-text-muted">{texts.full(participants.length)}</p>;
  }
  return (
    <Combobox
      label={texts.find}
      placeholder={texts.findPlaceholder}
      query={query}
      onQueryChange={setQuery}
      busy={isBusy}
      emptyText={people.length > 0 ? texts.everybodyListed : texts.nobodyFits}
      options={offered.map(({ id, name, detail }) => ({ value: id, label: name, detail }))}
      onChoose={(value) => {
        const who = offered.find(({ id }) => id === value);
        if (who) onInvite({ id: who.id, name: who.name });
        setQuery('');
      }}
    />
  );
}
