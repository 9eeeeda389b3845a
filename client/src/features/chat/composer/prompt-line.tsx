import { ArrowUp, Clock, CloudOff, CornerDownRight, MessageCircleWarning, Pencil, X } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { Button } from '../../../ui/button.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';

/**
 * A prompt that waits: `queued` behind the running answer, `stranded` behind one that was stopped or failed, `sending`
 * to the queue, `offline` until the network returns, `refused` by the server.
 */
export interface LineItem {
  readonly id: string;
  readonly text: string;
  /** Who wrote it, where that was somebody else. */
  readonly author?: string | undefined;
  /** How many files it brings along. */
  readonly files: number;
  readonly state: 'queued' | 'stranded' | 'sending' | 'offline' | 'refused';
  /** Why the server would not take it. */
  readonly reason?: string | undefined;
  /** Present where it can be sent right now. */
  readonly onSend?: (() => void) | undefined;
  /** Present where it can be added to the running answer. */
  readonly onSteer?: (() => void) | undefined;
  readonly onEdit?: (() => void) | undefined;
  readonly onRemove?: (() => void) | undefined;
}

const icons: Record<LineItem['state'], LucideIcon> = {
  queued: Clock,
  stranded: Clock,
  sending: Clock,
  offline: CloudOff,
  refused: MessageCircleWarning,
};

export interface PromptLineProps {
  readonly items: readonly LineItem[];
  /** Something was done to one of them, so that what had the focus may be gone. */
  readonly onActed: () => void;
}

/** Above the composer: what is sent next, in order, each with what can be done about it. */
export function PromptLine({ items, onActed }: PromptLineProps) {
  const { line } = useTexts().chat;
  return (
    <>
      <output className="sr-only">{items.length === 0 ? null : line.count(items.length)}</output>
      {items.length === 0 ? null : (
        <section aria-label={line.label} className="mb-2 max-h-[30vh] overflow-y-auto">
          <ol className="flex flex-col gap-1.5">
            {items.map((item) => (
              <Pill key={item.id} item={item} onActed={onActed} />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

function Pill({ item, onActed }: { readonly item: LineItem; readonly onActed: () => void }) {
  const { line } = useTexts().chat;
  const { text, author, files, state, reason } = item;
  const [onSend, onSteer, onEdit, onRemove] = [item.onSend, item.onSteer, item.onEdit, item.onRemove].map(
    (act) =>
      act &&
      (() => {
        act();
        onActed();
      }),
  );
  const Icon = icons[state];
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return (
    <li className="flex min-h-10 animate-rise flex-wrap items-center gap-x-2 rounded-card border border-border bg-raised py-1 ps-3 pe-1 text-sm">
      <Icon
        aria-hidden
        className={classNames('size-4 shrink-0', state === 'refused' ? 'text-danger' : 'text-text-muted')}
      />
      <p className="min-w-0 flex-1 basis-32">
        <span dir="auto" className="block truncate" title={text}>
          {text}
        </span>
        <span className={classNames('block text-xs', state === 'refused' ? 'text-danger' : 'text-text-muted')}>
          {author === undefined ? null : (
            <>
              <bdi className="font-medium">{author}</bdi>
              {'\u00a0· '}
            </>
          )}
          {files > 0 ? `${line.files(files)} · ` : null}
          {state === 'refused' ? line.refused(reason ?? '') : line.states[state]}
        </span>
      </p>
      <span className="ms-auto flex shrink-0 items-center">
        {onSteer ? (
          <Action label={line.steer(short)} tooltip={line.steerTooltip} icon={CornerDownRight} run={onSteer} />
        ) : null}
        {onSend && state === 'stranded' ? (
          <Button size="small" className="me-1" aria-label={line.send(short)} onClick={onSend}>
            {line.sendShort}
          </Button>
        ) : null}
        {onSend && state !== 'stranded' ? (
          <Action label={line.send(short)} tooltip={line.sendTooltip} icon={ArrowUp} run={onSend} />
        ) : null}
        {onEdit ? <Action label={line.edit(short)} tooltip={line.editTooltip} icon={Pencil} run={onEdit} /> : null}
        {onRemove ? <Action label={line.remove(short)} tooltip={line.removeTooltip} icon={X} run={onRemove} /> : null}
      </span>
    </li>
  );
}

interface ActionProps {
  readonly label: string;
  readonly tooltip: string;
  readonly icon: LucideIcon;
  readonly run: () => void;
}

function Action({ label, tooltip, icon: Icon, run }: ActionProps) {
  return (
    <IconButton
      size="small"
      label={label}
      tooltip={tooltip}
      icon={<Icon aria-hidden className="size-4" />}
      onClick={run}
    />
  );
}
