import type { Message, MessagePart, SourcePart } from '@parley/contracts';
import { ErrorPartView } from './error-part.tsx';
import { ReasoningPartView } from './reasoning-part.tsx';
import { SourceList } from './source-list.tsx';
import { SteerBubble } from './steer-part.tsx';
import { TextPartView } from './text-part.tsx';
import { ToolCallPartView } from './tool-call-part.tsx';

export interface MessagePartsProps {
  readonly message: Message;
  readonly onTryAgain?: (() => void) | undefined;
}

/** The parts of an answer in order, its sources gathered at the end. Only the part being written is not settled. */
export function MessageParts({ message, onTryAgain }: MessagePartsProps) {
  const { parts, status } = message;
  const sources = parts.filter((part): part is SourcePart => part.type === 'source');
  const lastWritten = parts.findLastIndex((part) => part.type !== 'source');
  return (
    <>
      {parts.map((part, index) => (
        <PartView
          // Parts are only ever added at the end, so the position is what a part is.
          key={`${part.type}-${String(index)}`}
          part={part}
          settled={status !== 'running' || index < lastWritten}
          onTryAgain={onTryAgain}
        />
      ))}
      {sources.length > 0 ? <SourceList sources={sources} /> : null}
    </>
  );
}

interface PartViewProps {
  readonly part: MessagePart;
  readonly settled: boolean;
  readonly onTryAgain: (() => void) | undefined;
}

function PartView({ part, settled, onTryAgain }: PartViewProps) {
  switch (part.type) {
    case 'text':
      return <TextPartView part={part} settled={settled} />;
    case 'reasoning':
      return <ReasoningPartView part={part} settled={settled} />;
    case 'tool-call':
      return <ToolCallPartView part={part} />;
    case 'error':
      return <ErrorPartView part={part} onTryAgain={onTryAgain} />;
    case 'steer':
      return <SteerBubble text={part.text} />;
    case 'source':
      return null;
    default:
      // A newer server may know more kinds of parts; the compiler keeps this complete for those we know.
      return part satisfies never;
  }
}
