import type { AccessGrant, NamedPrincipal } from '@parley/contracts';
import { useState } from 'react';
import { useSharingTexts } from '../../lib/i18n/use-sharing-texts.ts';
import { useFoundPrincipals } from '../../lib/query/use-found-principals.ts';
import { Combobox } from '../../ui/combobox.tsx';
import { principalKey } from './grant-list.ts';

export interface PeoplePickerProps {
  /** Who is in the list already; they are not offered again. */
  readonly listed: readonly AccessGrant[];
  readonly onAdd: (who: NamedPrincipal) => void;
}

/** Finds people, groups and roles by the beginning of their name or address. */
export function PeoplePicker({ listed, onAdd }: PeoplePickerProps) {
  const texts = useSharingTexts();
  const [query, setQuery] = useState('');
  const { found, isBusy } = useFoundPrincipals(query);
  const taken = new Set(listed.map(({ principal }) => principalKey(principal)));
  const all = found.filter(({ principal }) => principal.type !== 'public');
  const offered = all.filter(({ principal }) => !taken.has(principalKey(principal)));
  return (
    <Combobox
      label={texts.find}
      placeholder={texts.findPlaceholder}
      query={query}
      onQueryChange={setQuery}
      busy={isBusy}
      emptyText={all.length > 0 ? texts.everybodyListed : texts.nobodyFits}
      options={offered.map((who) => ({
        value: principalKey(who.principal),
        label: who.name,
        detail: who.detail ?? texts.kinds[who.principal.type],
      }))}
      onChoose={(value) => {
        const who = offered.find(({ principal }) => principalKey(principal) === value);
        if (who) onAdd(who);
        setQuery('');
      }}
    />
  );
}
