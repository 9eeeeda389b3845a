import { type RefObject, useRef } from 'react';
import { MenuBody } from '../../../ui/menu-body.tsx';
import type { TurnSubject } from './turn-subject.ts';
import { useTurnEntries } from './use-turn-entries.tsx';

export interface TurnMenuBodyProps {
  readonly subject: TurnSubject;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly button: RefObject<HTMLButtonElement | null>;
}

/** The open part of `TurnMenu`; loaded on intent, never imported directly. */
export function TurnMenuBody({ subject, open, onOpenChange, button }: TurnMenuBodyProps) {
  /** Something that was chosen takes the focus itself, such as an editor. */
  const isFocusTaken = useRef(false);
  const entries = useTurnEntries(subject, button, () => {
    isFocusTaken.current = true;
  });
  return (
    <MenuBody
      open={open}
      onOpenChange={(next) => {
        if (next) isFocusTaken.current = false;
        onOpenChange(next);
      }}
      button={button}
      entries={entries}
      align="start"
      side="bottom"
      onCloseFocus={() => !isFocusTaken.current}
    />
  );
}
