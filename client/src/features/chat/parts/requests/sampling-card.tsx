import type { InputRequest } from '@parley/contracts';
import { Bot } from 'lucide-react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import { ForeignWords } from './foreign-words.tsx';
import { RequestCard } from './request-card.tsx';
import { type Asked, useAnswer } from './use-answer.ts';

type Sampling = Extract<InputRequest, { kind: 'sampling' }>;

/** A server that wants a model's answer: the prompt whole, before any model reads it. */
export function SamplingCard({ asked }: { readonly asked: Asked<Sampling> }) {
  const { sampling, request } = useTexts().tools;
  const { source, prompt } = asked.request;
  const answering = useAnswer(asked);
  return (
    <RequestCard
      icon={<Bot className="size-5" />}
      title={sampling.title(source.title)}
      source={source}
      answering={answering}
      actions={
        <>
          <Button onClick={() => answering.give({ kind: 'decline' })}>{request.decline}</Button>
          <Button variant="primary" onClick={() => answering.give({ kind: 'accept' })}>
            {sampling.allow}
          </Button>
        </>
      }
    >
      <p>{sampling.text}</p>
      <ForeignWords text={prompt} label={sampling.prompt} />
    </RequestCard>
  );
}
