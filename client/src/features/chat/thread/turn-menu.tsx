import { Ellipsis } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { usePopup } from '../../../ui/use-popup.ts';
import type { TurnSubject } from './turn-subject.ts';

const TurnMenuBody = lazy(async () => ({ default: (await import('./turn-menu-body.tsx')).TurnMenuBody }));

/** The `⋯` under a turn: everything else that can be done with it, loaded when the button is reached. */
export function TurnMenu({ subject }: { readonly subject: TurnSubject }) {
  const { turn } = useTexts().chat;
  const { button, open, wanted, change, trigger } = usePopup('menu');
  return (
    <span className="relative inline-flex">
      <IconButton
        {...trigger}
        size="small"
        label={turn.more}
        data-turn-menu=""
        icon={<Ellipsis aria-hidden className="size-4" />}
      />
      {wanted ? (
        <Suspense fallback={null}>
          <TurnMenuBody subject={subject} open={open} onOpenChange={change} button={button} />
        </Suspense>
      ) : null}
    </span>
  );
}
