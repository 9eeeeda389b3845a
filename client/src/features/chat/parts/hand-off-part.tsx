import type { HandOffPart } from '@parley/contracts';
import { memo } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';

/** A line across the answer: from here on another agent answers. */
export const HandOffPartView = memo(function HandOffPartView({ part }: { readonly part: HandOffPart }) {
  const { agent } = useTexts().tools;
  return (
    <p className="my-1 flex items-center gap-3 text-xs text-text-muted before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
      <span className="isolate min-w-0 wrap-anywhere">{agent.handOff(part.agent.name)}</span>
    </p>
  );
});
