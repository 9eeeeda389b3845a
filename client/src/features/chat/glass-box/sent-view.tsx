import { ProblemError } from '@parley/contracts';
import type { ConversationId, MessageId, SentPiece } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { useState } from 'react';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { Banner } from '../../../ui/banner.tsx';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import { PanelFrame } from '../panel/panel-frame.tsx';
import { useCopy } from '../thread/use-copy.ts';
import { SentSection } from './sent-section.tsx';
import { sentQuery } from './sent-query.ts';

export interface SentViewProps {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly isSheet: boolean;
}

/** What a model was sent for an answer, piece by piece. */
export function SentView({ conversationId, messageId, isSheet }: SentViewProps) {
  const { sent, loading, gone } = usePanelTexts();
  const { data, error, refetch } = useQuery(sentQuery(conversationId, messageId));
  const { copied, copy } = useCopy();
  const isGone = error instanceof ProblemError && error.status === 404;
  return (
    <PanelFrame
      title={sent.title}
      isSheet={isSheet}
      actions={
        data && data.pieces.length > 0 ? (
          <IconButton
            label={sent.copy}
            tooltip={copied ? sent.copied : sent.copy}
            icon={<Copy aria-hidden className="size-4" />}
            onClick={() => copy(wholeText(data.pieces, sent.kinds))}
          />
        ) : null
      }
    >
      <output className="sr-only">{copied ? sent.copied : null}</output>
      <div className="px-5 py-4">
        {data ? (
          <Pieces isExact={data.exact} pieces={data.pieces} />
        ) : isGone ? (
          <EmptyState title={gone} />
        ) : (
          <QueryState isError={error !== null} failed={sent.failed} loading={loading} onRetry={() => void refetch()} />
        )}
      </div>
    </PanelFrame>
  );
}

interface PiecesProps {
  readonly isExact: boolean;
  readonly pieces: readonly SentPiece[];
}

function Pieces({ isExact, pieces }: PiecesProps) {
  const { sent } = usePanelTexts();
  // The newest prompt is what somebody looks for first.
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set([lastPrompt(pieces)]));
  if (pieces.length === 0) return <EmptyState title={sent.none} />;
  const isAllOpen = pieces.every((_, index) => open.has(index));
  return (
    <>
      <div className="flex items-start justify-between gap-3">
        <p className="text-text-muted">{sent.intro}</p>
        <Button
          size="small"
          variant="ghost"
          className="shrink-0"
          onClick={() => setOpen(new Set(isAllOpen ? [] : pieces.keys()))}
        >
          {isAllOpen ? sent.closeAll : sent.openAll}
        </Button>
      </div>
      {isExact ? null : (
        <Banner tone="warning" className="mt-3">
          {sent.inexact}
        </Banner>
      )}
      <div className="mt-3 divide-y divide-border border-y border-border">
        {pieces.map((piece, index) => (
          <SentSection
            key={index}
            piece={piece}
            isOpen={open.has(index)}
            onToggle={() => setOpen((held) => toggled(held, index))}
          />
        ))}
      </div>
    </>
  );
}

function toggled(held: ReadonlySet<number>, index: number): ReadonlySet<number> {
  return new Set(held.has(index) ? [...held].filter((other) => other !== index) : [...held, index]);
}

function lastPrompt(pieces: readonly SentPiece[]): number {
  return pieces.findLastIndex(({ kind }) => kind === 'user');
}

/** All pieces as one text, each under its name. */
function wholeText(pieces: readonly SentPiece[], names: Readonly<Record<SentPiece['kind'], string>>): string {
  return pieces.map(({ kind, text }) => `## ${names[kind]}\n\n${text}`).join('\n\n');
}
