import type { InputRequest } from '@parley/contracts';
import { ExternalLink } from 'lucide-react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { webUrl } from '../../../../lib/web-url.ts';
import { buttonClass } from '../../../../ui/button-class.ts';
import { Button } from '../../../../ui/button.tsx';
import { ForeignWords } from './foreign-words.tsx';
import { showHidden } from './read-arguments.ts';
import { RequestCard } from './request-card.tsx';
import { type Asked, useAnswer } from './use-answer.ts';

type Visit = Extract<InputRequest, { kind: 'url' }>;

/** An address that a server asks to visit: shown whole, opened only by a click. */
export function UrlCard({ asked }: { readonly asked: Asked<Visit> }) {
  const { url: texts, request } = useTexts().tools;
  const { source, message, url } = asked.request;
  const answering = useAnswer(asked);
  const address = webUrl(url);
  return (
    <RequestCard
      icon={<ExternalLink className="size-5" />}
      title={texts.title(source.title)}
      source={source}
      answering={answering}
      actions={
        <>
          <Button onClick={() => answering.give({ kind: 'decline' })}>{request.decline}</Button>
          {address ? (
            <a
              href={address.href}
              target="_blank"
              rel="noopener noreferrer"
              className={buttonClass('primary')}
              onClick={() => answering.give({ kind: 'accept' })}
            >
              {texts.open}
              <ExternalLink aria-hidden className="size-3.5" />
            </a>
          ) : null}
        </>
      }
    >
      <ForeignWords text={message} label={source.title} />
      <p dir="ltr" className="isolate rounded-control bg-surface p-2.5 font-mono text-xs/5 break-all">
        {showHidden(url)}
      </p>
      {address ? (
        <p className="text-text-muted">
          <strong className="font-medium text-text">{texts.host(address.host)}</strong> {texts.text}
        </p>
      ) : (
        <p className="text-danger">{texts.unsafe}</p>
      )}
    </RequestCard>
  );
}
