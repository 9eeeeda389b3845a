import type { Share } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Copy } from 'lucide-react';
import { useState } from 'react';
import { useShareTexts } from '../../lib/i18n/use-share-texts.ts';
import { sharesQuery } from '../../lib/query/share-queries.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { SettingQueryState } from '../../ui/setting-query-state.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { isExpired, shortDate } from './share-dates.ts';
import { useShareActions } from './use-share-actions.ts';

/** All links to chats somebody has made, and the way to end them. */
export function SharesSection() {
  const words = useShareTexts();
  const { section: texts } = words;
  const { data, isError, refetch } = useQuery({ ...sharesQuery, staleTime: 0 });
  const { busy, copy, stop } = useShareActions();
  const [asked, setAsked] = useState<Share>();
  const confirm = async () => {
    if (asked !== undefined && (await stop(asked.id))) setAsked(undefined);
  };
  return (
    <>
      <SettingsSection title={texts.title}>
        {data === undefined ? (
          <SettingQueryState isError={isError} failed={texts.failed} onRetry={() => void refetch()} />
        ) : data.length === 0 ? (
          <p className="py-3 text-text-muted">{texts.none}</p>
        ) : (
          <ul className="max-h-[60dvh] divide-y divide-border overflow-y-auto">
            {data.map((share) => (
              <ShareRow
                key={share.id}
                share={share}
                onCopy={() => void copy(share.token)}
                onStop={() => setAsked(share)}
              />
            ))}
          </ul>
        )}
      </SettingsSection>
      <ConfirmDialog
        open={asked !== undefined}
        title={words.confirmStop}
        text={words.confirmStopText}
        action={words.dialog.stop}
        busy={busy}
        onConfirm={() => void confirm()}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}

interface ShareRowProps {
  readonly share: Share;
  readonly onCopy: () => void;
  readonly onStop: () => void;
}

function ShareRow({ share, onCopy, onStop }: ShareRowProps) {
  const { section: texts, dialog, ...words } = useShareTexts();
  const title = share.title || words.untitled;
  const isOver = isExpired(share);
  const facts = [
    words.messages(share.messages),
    texts.taken(shortDate(share.updatedAt)),
    ...(share.expiresAt === null || isOver ? [] : [texts.until(shortDate(share.expiresAt))]),
  ];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-52">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            to="/c/$conversationId"
            params={{ conversationId: share.conversationId }}
            className="min-w-0 font-medium underline-offset-2 wrap-anywhere hover:underline"
          >
            {title}
          </Link>
          <Badge>{share.access === 'public' ? texts.public : texts.signedIn}</Badge>
          {isOver ? <Badge tone="warning">{texts.expired}</Badge> : null}
        </div>
        <div className="text-xs text-text-muted">{facts.join(' · ')}</div>
      </div>
      <IconButton label={words.copyOf(title)} icon={<Copy aria-hidden className="size-4" />} onClick={onCopy} />
      <Button size="small" aria-label={words.stopOf(title)} onClick={onStop}>
        {dialog.stop}
      </Button>
    </li>
  );
}
