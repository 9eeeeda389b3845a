import type { InputRequest } from '@parley/contracts';
import { MessageCircleQuestionMark } from 'lucide-react';
import { useId, useState } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import { TextField } from '../../../../ui/text-field.tsx';
import { RequestCard } from './request-card.tsx';
import { type Asked, useAnswer } from './use-answer.ts';

type Questions = Extract<InputRequest, { kind: 'questions' }>;
type Question = Questions['questions'][number];

interface Reply {
  readonly choices: readonly string[];
  readonly text: string;
}

const noReply: Reply = { choices: [], text: '' };

/** What a model wants to know: offered answers, and room for one's own. */
export function QuestionsCard({ asked }: { readonly asked: Asked<Questions> }) {
  const { questions: texts } = useTexts().tools;
  const { questions } = asked.request;
  const answering = useAnswer(asked);
  const [replies, setReplies] = useState<Readonly<Record<string, Reply>>>({});
  const [isTried, setTried] = useState(false);
  const replyTo = ({ id }: Question) => replies[id] ?? noReply;
  const isAnswered = (question: Question) => {
    const { choices, text } = replyTo(question);
    return choices.length > 0 || text.trim() !== '';
  };
  const send = () => {
    setTried(true);
    if (!questions.every(isAnswered)) return;
    const answers = questions.map((question) => {
      const { choices, text } = replyTo(question);
      return { id: question.id, choices: [...choices], text: text.trim() };
    });
    answering.give({ kind: 'answers', answers });
  };
  return (
    <RequestCard
      icon={<MessageCircleQuestionMark className="size-5" />}
      title={texts.title(questions.length)}
      answering={answering}
      actions={
        <>
          <Button onClick={() => answering.give({ kind: 'decline' })}>{texts.skip}</Button>
          <Button variant="primary" onClick={send}>
            {texts.send}
          </Button>
        </>
      }
    >
      {questions.map((question) => (
        <QuestionField
          key={question.id}
          question={question}
          reply={replyTo(question)}
          error={isTried && !isAnswered(question) ? texts.missing : undefined}
          onChange={(reply) => setReplies((held) => ({ ...held, [question.id]: reply }))}
          onSend={send}
        />
      ))}
    </RequestCard>
  );
}

interface QuestionFieldProps {
  readonly question: Question;
  readonly reply: Reply;
  readonly error: string | undefined;
  readonly onChange: (reply: Reply) => void;
  readonly onSend: () => void;
}

function QuestionField({ question, reply, error, onChange, onSend }: QuestionFieldProps) {
  const { questions: texts } = useTexts().tools;
  const name = useId();
  const { choices, multiple } = question;
  const choose = (choice: string, isChosen: boolean) => {
    const others = multiple ? reply.choices.filter((other) => other !== choice) : [];
    onChange({ ...reply, choices: isChosen ? [...others, choice] : others });
  };
  return (
    <fieldset className="m-0 min-w-0 border-0 p-0">
      <legend className="mb-1 p-0 font-medium wrap-anywhere whitespace-pre-wrap">{question.text}</legend>
      {multiple && choices.length > 0 ? <p className="mb-1 text-xs text-text-muted">{texts.severalAllowed}</p> : null}
      {choices.map((choice) => (
        <label
          key={choice}
          className="-mx-2 flex min-h-9 cursor-pointer items-start gap-3 rounded-control px-2 py-2 hover:bg-hover touch:min-h-11"
        >
          <input
            type={multiple ? 'checkbox' : 'radio'}
            name={name}
            checked={reply.choices.includes(choice)}
            onChange={(event) => choose(choice, event.currentTarget.checked)}
            className="mt-0.5 size-4 shrink-0 cursor-pointer accent-accent"
          />
          <span className="min-w-0 wrap-anywhere">{choice}</span>
        </label>
      ))}
      <TextField
        label={choices.length > 0 ? texts.own : texts.ownAnswer}
        error={error}
        value={reply.text}
        maxLength={16_000}
        className="mt-1.5"
        onChange={(event) => onChange({ ...reply, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) onSend();
        }}
      />
    </fieldset>
  );
}
