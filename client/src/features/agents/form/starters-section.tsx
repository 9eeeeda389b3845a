import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { Section } from './section.tsx';
import type { FormPartProps } from './form-part.ts';

const places = [1, 2, 3, 4, 5, 6] as const;

/** What people may ask with one click where a conversation begins; in the order they chose. */
export function StartersSection({ form, errors, change }: FormPartProps) {
  const { builder } = useAgentTexts();
  const [announced, setAnnounced] = useState('');
  const adder = useRef<HTMLButtonElement>(null);
  const id = useId();
  const starters = form.conversationStarters;
  const set = (next: readonly string[]) => change({ conversationStarters: next });
  const idOf = (part: 'text' | 'up' | 'down', place: number) => `${id}-${part}-${String(place)}`;
  const move = (from: number, direction: 'up' | 'down') => {
    const to = direction === 'up' ? from - 1 : from + 1;
    if (to < 1 || to > starters.length) return;
    set(starters.with(from - 1, starters[to - 1] ?? '').with(to - 1, starters[from - 1] ?? ''));
    setAnnounced(builder.starterMoved(to));
    focusSoon(idOf(direction, to));
  };
  return (
    <Section title={builder.startersSection} hint={builder.startersHint}>
      {starters.length === 0 ? null : (
        <ol className="flex flex-col gap-3">
          {places.slice(0, starters.length).map((place) => (
            <li key={place} className="flex flex-wrap items-end gap-x-1 gap-y-1">
              <TextField
                id={idOf('text', place)}
                label={builder.starter(place)}
                placeholder={builder.starterPlaceholder}
                autoComplete="off"
                className="flex-1 basis-64"
                value={starters[place - 1] ?? ''}
                error={errors[`conversationStarters.${String(place - 1)}`]}
                onChange={(event) => set(starters.with(place - 1, event.currentTarget.value))}
              />
              <span className="ms-auto flex h-11 items-center">
                <IconButton
                  id={idOf('up', place)}
                  label={builder.moveUp(place)}
                  icon={<ArrowUp aria-hidden className="size-4" />}
                  aria-disabled={place === 1}
                  onClick={() => move(place, 'up')}
                />
                <IconButton
                  id={idOf('down', place)}
                  label={builder.moveDown(place)}
                  icon={<ArrowDown aria-hidden className="size-4" />}
                  aria-disabled={place === starters.length}
                  onClick={() => move(place, 'down')}
                />
                <IconButton
                  label={builder.removeStarter(place)}
                  icon={<X aria-hidden className="size-4" />}
                  onClick={() => {
                    set(starters.toSpliced(place - 1, 1));
                    if (starters.length > 1) focusSoon(idOf('text', Math.min(place, starters.length - 1)));
                    else adder.current?.focus();
                  }}
                />
              </span>
            </li>
          ))}
        </ol>
      )}
      <Button
        ref={adder}
        className="self-start"
        icon={<Plus aria-hidden className="size-4" />}
        disabled={starters.length >= places.length}
        onClick={() => {
          set([...starters, '']);
          focusSoon(idOf('text', starters.length + 1));
        }}
      >
        {builder.addStarter}
      </Button>
      <output className="sr-only">{announced}</output>
    </Section>
  );
}

/** What takes the focus may only be there after the change. */
function focusSoon(elementId: string): void {
  setTimeout(() => document.getElementById(elementId)?.focus(), 0);
}
