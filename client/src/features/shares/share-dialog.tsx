import type { ConversationId, MessageId, Share, ShareAccess, ShareDays } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Copy, Eye, EyeOff, Info, type LucideIcon } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useShareTexts } from '../../lib/i18n/use-share-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { sharesOfQuery } from '../../lib/query/share-queries.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ExpiryField } from './expiry-field.tsx';
import { isExpired, shortDate } from './share-dates.ts';
import { shareLink } from './share-link.ts';
import { useShareActions } from './use-share-actions.ts';

export interface ShareDialogProps {
  readonly conversationId: ConversationId;
  readonly end: MessageId | undefined;
  readonly isLinkAllowed: boolean;
  readonly isPublicAllowed: boolean;
  /** Invites people into the chat itself. */
  readonly people: ReactNode;
  /** Other ways to hand a chat on, at the end. */
  readonly otherWays: ReactNode;
  readonly onClose: () => void;
}

/** Shares a chat: with people who take part in it, and by a link to what it is now. */
export function ShareDialog(props: ShareDialogProps) {
  const { dialog } = useShareTexts();
  if (props.isLinkAllowed) return <LinkDialog {...props} />;
  return (
    <Dialog open title={dialog.title} onClose={props.onClose}>
      {props.people}
      <OtherWays>{props.otherWays}</OtherWays>
    </Dialog>
  );
}

/** Makes a link to a chat, or changes, updates and ends the one there is. */
function LinkDialog(props: ShareDialogProps) {
  const { conversationId, end, people, onClose } = props;
  const { common } = useTexts();
  const { dialog } = useShareTexts();
  const { data, isError, refetch } = useQuery({ ...sharesOfQuery(conversationId), staleTime: 0 });
  const share = data?.[0];
  const actions = useShareActions();
  const [access, setAccess] = useState<ShareAccess>(props.isPublicAllowed ? 'public' : 'signed-in');
  const [days, setDays] = useState<ShareDays | null>(null);
  const create = () => end && void actions.create(conversationId, end, { access, days });
  return (
    <Dialog
      open
      title={dialog.title}
      onClose={onClose}
      actions={
        share ? (
          <>
            <Button busy={actions.busy} onClick={() => void actions.stop(share.id)}>
              {dialog.stop}
            </Button>
            {end ? (
              <Button
                variant="primary"
                busy={actions.busy}
                onClick={() => void actions.change(share.id, { messageId: end })}
              >
                {dialog.update}
              </Button>
            ) : null}
          </>
        ) : (
          <>
            <Button onClick={onClose}>{common.cancel}</Button>
            {data && end ? (
              <Button variant="primary" busy={actions.busy} onClick={create}>
                {dialog.create}
              </Button>
            ) : null}
          </>
        )
      }
    >
      {people ? (
        <>
          {people}
          <h3 className="mt-5 mb-2 border-t border-border pt-4 font-semibold">{dialog.linkTitle}</h3>
        </>
      ) : null}
      {data === undefined ? (
        <QueryState
          isError={isError}
          failed={dialog.loadFailed}
          loading={dialog.loading}
          onRetry={() => void refetch()}
        />
      ) : (
        <div className="flex flex-col gap-4">
          {share ? <LinkField share={share} onCopy={() => void actions.copy(share.token)} /> : <p>{dialog.intro}</p>}
          {end === undefined && !share ? <Banner tone="info">{dialog.nothing}</Banner> : null}
          <div className="grid gap-4 sm:grid-cols-2">
            <AccessField
              value={share?.access ?? access}
              isPublicAllowed={props.isPublicAllowed}
              onChange={(chosen) => (share ? void actions.change(share.id, { access: chosen }) : setAccess(chosen))}
            />
            <ExpiryField
              days={days}
              share={share}
              onChange={(chosen) => (share ? void actions.change(share.id, { days: chosen }) : setDays(chosen))}
            />
          </div>
          <ul className="m-0 flex list-none flex-col gap-2 p-0 text-sm text-text-muted">
            <Note Icon={Eye} text={dialog.seen} />
            <Note Icon={EyeOff} text={dialog.unseen} />
            <Note Icon={Info} text={dialog.ends} />
          </ul>
        </div>
      )}
      <OtherWays>{props.otherWays}</OtherWays>
    </Dialog>
  );
}

function OtherWays({ children }: { readonly children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap gap-2 border-t border-border pt-4">{children}</div>;
}

function LinkField({ share, onCopy }: { readonly share: Share; readonly onCopy: () => void }) {
  const { dialog, copy, messages } = useShareTexts();
  return (
    <>
      <TextField
        label={dialog.link}
        value={shareLink(share.token)}
        readOnly
        dir="ltr"
        hint={dialog.taken(shortDate(share.updatedAt), messages(share.messages))}
        onFocus={(event) => event.currentTarget.select()}
        trailing={<IconButton label={copy} icon={<Copy aria-hidden className="size-4" />} onClick={onCopy} />}
      />
      {isExpired(share) ? <Banner tone="warning">{dialog.expired}</Banner> : null}
    </>
  );
}

interface AccessFieldProps {
  readonly value: ShareAccess;
  readonly isPublicAllowed: boolean;
  readonly onChange: (access: ShareAccess) => void;
}

function AccessField({ value, isPublicAllowed, onChange }: AccessFieldProps) {
  const { dialog } = useShareTexts();
  return (
    <SelectField
      label={dialog.access}
      value={isPublicAllowed ? value : 'signed-in'}
      onChange={(event) => onChange(event.currentTarget.value === 'public' ? 'public' : 'signed-in')}
    >
      {isPublicAllowed ? <option value="public">{dialog.accessOptions.public}</option> : null}
      <option value="signed-in">{dialog.accessOptions['signed-in']}</option>
    </SelectField>
  );
}

function Note({ Icon, text }: { readonly Icon: LucideIcon; readonly text: string }) {
  return (
    <li className="flex items-start gap-2.5">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>{text}</span>
    </li>
  );
}
