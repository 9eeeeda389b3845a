import type { Message, MessagePart, SourcePart, ToolCallPart } from '@parley/contracts';
import { lazy, memo, type ReactNode, Suspense, use, useMemo } from 'react';
import { CitationContext } from '../../../ui/markdown/render/citation-context.ts';
import { hasEnded } from '../live/waiting-calls.ts';
import { ChatPeopleContext, otherAuthor } from '../people/chat-people.ts';
import { AnswerScopeContext } from './answer-scope.ts';
import { HandOffPartView } from './hand-off-part.tsx';
import { joinTexts } from './join-texts.ts';
import { NoticeList } from './notice-list.tsx';
import { ReasoningPartView } from './reasoning-part.tsx';
import { SourceList } from './source-list.tsx';
import { SteerBubble } from './steer-part.tsx';
import { SubAgentCard } from './sub-agent-card.tsx';
import { TextPartView } from './text-part.tsx';
import { ToolCallPartView } from './tool-call-part.tsx';
import { useCitations } from './use-citations.ts';

const ErrorPartView = lazy(async () => ({ default: (await import('./error-part.tsx')).ErrorPartView }));

export interface MessagePartsProps {
  readonly message: Message;
  /** What can be done about an answer that failed. */
  readonly errorActions?: ReactNode;
}

/** The parts of an answer in order, what to know about it above them, its sources gathered at the end. */
export function MessageParts({ message, errorActions }: MessagePartsProps) {
  const { id: messageId, status, generationId, notices } = message;
  const parts = message.continues === undefined ? message.parts : joinTexts(message.parts);
  const isRunning = status === 'running';
  const asker = otherAuthor(use(ChatPeopleContext), message)?.name;
  const scope = useMemo(
    () => ({ generationId, messageId, isRunning, asker }),
    [generationId, messageId, isRunning, asker],
  );
  return (
    <AnswerScopeContext value={scope}>
      {notices && notices.length > 0 ? <NoticeList notices={notices} /> : null}
      <PartList parts={parts} settled={!isRunning} errorActions={errorActions} />
    </AnswerScopeContext>
  );
}

interface PartListProps {
  readonly parts: readonly MessagePart[];
  /** Whether nothing more will come. Until then, only the part being written is not settled. */
  readonly settled: boolean;
  readonly errorActions?: ReactNode;
}

function PartList({ parts, settled, errorActions }: PartListProps) {
  const sources = parts.filter((part): part is SourcePart => part.type === 'source');
  const cited = useCitations(sources);
  const lastWritten = parts.findLastIndex((part) => part.type !== 'source');
  return (
    <CitationContext value={cited}>
      {parts.map((part, index) => (
        <PartView
          // Parts are only ever added at the end, so the position is what a part is.
          key={`${part.type}-${String(index)}`}
          part={part}
          settled={settled || index < lastWritten}
          errorActions={errorActions}
        />
      ))}
      {sources.length > 0 ? <SourceList sources={sources} /> : null}
    </CitationContext>
  );
}

interface PartViewProps {
  readonly part: MessagePart;
  readonly settled: boolean;
  readonly errorActions: ReactNode;
}

function PartView({ part, settled, errorActions }: PartViewProps) {
  switch (part.type) {
    case 'text':
      return <TextPartView part={part} settled={settled} />;
    case 'reasoning':
      return <ReasoningPartView part={part} settled={settled} />;
    case 'tool-call':
      return part.run ? <NestedRunView part={part} /> : <ToolCallPartView part={part} />;
    case 'error':
      return (
        // As high as one line of it, so that little moves when it comes.
        <Suspense fallback={<div className="min-h-16" />}>
          <ErrorPartView part={part} actions={errorActions} />
        </Suspense>
      );
    case 'steer':
      return <SteerBubble text={part.text} />;
    case 'hand-off':
      return <HandOffPartView part={part} />;
    case 'source':
    case 'file':
    case 'quote':
      return null;
    default:
      // A newer server may know more kinds of parts; the compiler keeps this complete for those we know.
      return part satisfies never;
  }
}

/** A sub-agent's run with the same views as the answer it is in. What happens in it wakes nothing outside of it. */
const NestedRunView = memo(function NestedRunView({ part }: { readonly part: ToolCallPart }) {
  const { isRunning } = use(AnswerScopeContext);
  if (!part.run) return null;
  return (
    <SubAgentCard part={part} run={part.run}>
      <PartList parts={part.run.parts} settled={!isRunning || hasEnded(part)} />
    </SubAgentCard>
  );
});
