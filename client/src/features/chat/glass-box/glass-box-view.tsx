import type { ConversationId, Message, MessageId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { messagesQuery } from '../../../lib/query/queries.ts';
import { Banner } from '../../../ui/banner.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import { hideModels, withoutModel } from '../compare/open-comparison.ts';
import { useLiveMessage } from '../live/use-live.ts';
import { PanelFrame } from '../panel/panel-frame.tsx';
import { AnswerFacts } from './answer-facts.tsx';
import { FigureTiles } from './figure-tiles.tsx';
import { StepTable } from './step-table.tsx';
import { StepTimeline } from './step-timeline.tsx';
import { TokenList } from './token-list.tsx';

export interface GlassBoxViewProps {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly isSheet: boolean;
}

/** How an answer came about: who wrote it, how long it took, what it cost, step by step. */
export function GlassBoxView({ conversationId, messageId, isSheet }: GlassBoxViewProps) {
  const { box, loading, retryFailed, gone } = usePanelTexts();
  const { data, isError, refetch } = useQuery(messagesQuery(conversationId));
  const found = useMemo(() => hideModels(data ?? []).find(({ id }) => id === messageId), [data, messageId]);
  const live = useLiveMessage(found);
  const message = live && found?.model === undefined ? withoutModel(live) : live;
  return (
    <PanelFrame title={box.title} isSheet={isSheet}>
      {message ? (
        <AnswerDetails message={message} />
      ) : (
        <div className="p-5">
          {data ? (
            <EmptyState title={gone} />
          ) : (
            <QueryState isError={isError} failed={retryFailed} loading={loading} onRetry={() => void refetch()} />
          )}
        </div>
      )}
    </PanelFrame>
  );
}

function AnswerDetails({ message }: { readonly message: Message }) {
  const { box } = usePanelTexts();
  const { trace = [], notices = [] } = message;
  const isRunning = message.status === 'running';
  return (
    <div className="@container/box relative flex flex-col gap-6 px-5 py-4">
      {isRunning ? <p className="text-text-muted">{box.running}</p> : null}
      {trace.length > 0 ? <FigureTiles message={message} /> : isRunning ? null : <Banner tone="info">{box.old}</Banner>}
      <AnswerFacts message={message} />
      <TokenList message={message} />
      {trace.length > 0 ? (
        <Section title={box.steps}>
          <StepTimeline message={message} />
          <StepTable trace={trace} />
        </Section>
      ) : null}
      {notices.length > 0 ? (
        <Section title={box.notices}>
          <ul className="m-0 flex list-disc flex-col gap-1 ps-5">
            {notices.map((notice) => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
        </Section>
      ) : null}
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}
