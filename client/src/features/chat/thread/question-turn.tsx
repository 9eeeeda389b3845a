import { Pencil } from 'lucide-react';
import { lazy, memo, Suspense, use, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { useChatPanel } from '../panel/chat-panel.ts';
import { ChatPeopleContext, otherAuthor } from '../people/chat-people.ts';
import { ActionRow } from './action-row.tsx';
import { chooseSibling } from './choose-sibling.ts';
import { CopyButton } from './copy-button.tsx';
import { QuestionBubble } from './question-bubble.tsx';
import { SiblingArrows } from './sibling-arrows.tsx';
import type { AskedQuestion, QuestionTurn } from './thread-turns.ts';
import { TurnFrame } from './turn-frame.tsx';
import { TurnMenu } from './turn-menu.tsx';
import { useCopy } from './use-copy.ts';
import type { BranchChoices } from './visible-path.ts';
import { inLocale } from '../../../lib/i18n/in-locale.ts';

const AuthorName = lazy(async () => ({ default: (await import('../people/author-name.tsx')).AuthorName }));
const QuestionEditor = lazy(async () => ({ default: (await import('./question-editor.tsx')).QuestionEditor }));

export interface QuestionTurnViewProps {
  readonly turn: QuestionTurn;
  /** Whether something is being written in this chat, so that nothing can be asked now. */
  readonly busy: boolean;
  readonly onChoose: (chosen: BranchChoices) => void;
  readonly onAsk: (question: AskedQuestion) => void;
}

/** What somebody asked: a bubble on the right, that can be reworded in place. */
export const QuestionTurnView = memo(function QuestionTurnView(props: QuestionTurnViewProps) {
  const { turn, busy, onChoose, onAsk } = props;
  const { chat } = useTexts();
  const { copied, copy } = useCopy();
  const [isEditing, setEditing] = useState(false);
  const { text, message, siblings } = turn;
  const people = use(ChatPeopleContext);
  const author = otherAuthor(people, message);
  const isOurs = author === undefined || people.owner === undefined;
  const edit = message && isOurs ? () => setEditing(true) : undefined;
  const copyQuestion = () => copy(text);
  const step = (by: number) => {
    const id = message && siblings[siblings.indexOf(message.id) + by];
    if (id !== undefined) chooseSibling(onChoose, message?.parentId ?? null, id);
  };
  const bubble = <QuestionBubble turn={turn} />;
  return (
    <TurnFrame
      turnKey={turn.key}
      messageId={message?.id}
      kind="question"
      heading={author ? chat.turn.by(author.name, timeOf(turn.createdAt)) : chat.turn.you(timeOf(turn.createdAt))}
      settled={message !== undefined}
      newest={false}
      keys={{
        c: copyQuestion,
        e: edit,
        b: message && (() => useChatPanel.getState().askFork(message.id)),
        ArrowLeft: () => step(-1),
        ArrowRight: () => step(1),
      }}
    >
      {author ? (
        // As high as it is, so that nothing moves when it comes.
        <Suspense fallback={<div className="h-6" />}>
          <AuthorName author={author} />
        </Suspense>
      ) : null}
      {isEditing && message ? (
        <Suspense fallback={bubble}>
          <QuestionEditor
            turn={turn}
            message={message}
            busy={busy}
            onClose={() => setEditing(false)}
            onSend={(reworded) => {
              setEditing(false);
              onAsk({ text: reworded, files: turn.files, quotes: turn.quotes, parentId: message.parentId });
            }}
          />
        </Suspense>
      ) : (
        bubble
      )}
      <ActionRow align="end">
        {message?.editedAt === undefined ? null : (
          <span className="me-1.5 text-xs text-text-muted">{chat.turn.edited}</span>
        )}
        {message ? (
          <SiblingArrows
            current={message.id}
            siblings={siblings}
            onChoose={(id) => chooseSibling(onChoose, message.parentId, id)}
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
        <CopyButton label={chat.turn.copyQuestion} copied={copied} onCopy={copyQuestion} />
        {message ? <TurnMenu subject={{ message, busy, onCopy: copyQuestion, onEdit: edit }} /> : null}
      </ActionRow>
    </TurnFrame>
  );
});

const clock = inLocale(
  (locale) => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);

function timeOf(timestamp: string): string {
  return clock().format(new Date(timestamp));
}
