import type { MessageId } from '@parley/contracts';
import { Pencil } from 'lucide-react';
import { memo, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { ActionRow } from './action-row.tsx';
import { CopyButton } from './copy-button.tsx';
import { QuestionBubble } from './question-bubble.tsx';
import { QuestionEditor } from './question-editor.tsx';
import { SiblingArrows } from './sibling-arrows.tsx';
import type { AskedQuestion, QuestionTurn } from './thread-turns.ts';
import { TurnFrame } from './turn-frame.tsx';
import { useCopy } from './use-copy.ts';

export interface QuestionTurnViewProps {
  readonly turn: QuestionTurn;
  /** Whether something is being written in this chat, so that nothing can be asked now. */
  readonly busy: boolean;
  readonly onChooseVersion: (parentId: MessageId | null, id: MessageId) => void;
  readonly onAsk: (question: AskedQuestion) => void;
}

/** What somebody asked: a bubble on the right, that can be reworded in place. */
export const QuestionTurnView = memo(function QuestionTurnView(props: QuestionTurnViewProps) {
  const { turn, busy, onChooseVersion, onAsk } = props;
  const { chat } = useTexts();
  const { copied, copy } = useCopy();
  const [isEditing, setEditing] = useState(false);
  const { text, files, message, siblings } = turn;
  const edit = message && !busy ? () => setEditing(true) : undefined;
  const step = (by: number) => {
    const id = message && siblings[siblings.indexOf(message.id) + by];
    if (id !== undefined) onChooseVersion(message?.parentId ?? null, id);
  };
  return (
    <TurnFrame
      kind="question"
      heading={chat.turn.you(timeOf(turn.createdAt))}
      settled={message !== undefined}
      newest={false}
      keys={{ c: () => copy(text), e: edit, ArrowLeft: () => step(-1), ArrowRight: () => step(1) }}
    >
      {isEditing && message ? (
        <QuestionEditor
          text={text}
          files={files}
          onCancel={() => setEditing(false)}
          onSend={(reworded) => {
            setEditing(false);
            onAsk({ text: reworded, files, parentId: message.parentId });
          }}
        />
      ) : (
        <QuestionBubble text={text} files={files} />
      )}
      <ActionRow align="end">
        {message ? (
          <SiblingArrows
            current={message.id}
            siblings={siblings}
            onChoose={(id) => onChooseVersion(message.parentId, id)}
          />
        ) : null}
        {edit && !isEditing ? (
          <IconButton
            size="small"
            label={chat.turn.edit}
            icon={<Pencil aria-hidden className="size-4" />}
            onClick={edit}
          />
        ) : null}
        <CopyButton label={chat.turn.copyQuestion} copied={copied} onCopy={() => copy(text)} />
      </ActionRow>
    </TurnFrame>
  );
});

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });

function timeOf(timestamp: string): string {
  return clock.format(new Date(timestamp));
}
