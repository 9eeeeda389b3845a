import { lazy, Suspense } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import type { Asked } from './use-answer.ts';

const ApprovalCard = lazy(async () => ({ default: (await import('./approval-card.tsx')).ApprovalCard }));
const QuestionsCard = lazy(async () => ({ default: (await import('./questions-card.tsx')).QuestionsCard }));
const FormCard = lazy(async () => ({ default: (await import('./form-card.tsx')).FormCard }));
const UrlCard = lazy(async () => ({ default: (await import('./url-card.tsx')).UrlCard }));
const SignInCard = lazy(async () => ({ default: (await import('./sign-in-card.tsx')).SignInCard }));
const SamplingCard = lazy(async () => ({ default: (await import('./sampling-card.tsx')).SamplingCard }));

/** What a call asks the person in front of the page; each kind of card is loaded when it is needed. */
export function WaitingCall({ asked }: { readonly asked: Asked }) {
  const { request } = useTexts().tools;
  return (
    <Suspense fallback={<p className="text-sm text-text-muted">{request.loading}</p>}>
      <Card asked={asked} />
    </Suspense>
  );
}

function Card({ asked }: { readonly asked: Asked }) {
  const { request } = asked;
  // A card keeps what was typed into it, but not from one request to the next of the same call.
  const key = `${asked.callId} ${JSON.stringify(request)}`;
  switch (request.kind) {
    case 'approval':
      return <ApprovalCard key={key} asked={{ ...asked, request }} />;
    case 'questions':
      return <QuestionsCard key={key} asked={{ ...asked, request }} />;
    case 'form':
      return <FormCard key={key} asked={{ ...asked, request }} />;
    case 'url':
      return <UrlCard key={key} asked={{ ...asked, request }} />;
    case 'sign-in':
      return <SignInCard key={key} asked={{ ...asked, request }} />;
    case 'sampling':
      return <SamplingCard key={key} asked={{ ...asked, request }} />;
    default:
      return request satisfies never;
  }
}
