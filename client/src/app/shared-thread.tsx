import type { SharedMessage, SharedPart } from '@parley/contracts';
import { Wrench } from 'lucide-react';
import { memo, useMemo } from 'react';
import type { ReactNode } from 'react';
import { SourceList } from '../features/chat/parts/source-list.tsx';
import { SteerBubble } from '../features/chat/parts/steer-part.tsx';
import { TextPartView } from '../features/chat/parts/text-part.tsx';
import { byteSize } from '../lib/files/byte-size.ts';
import { titleWords } from '../lib/i18n/explain-problem.ts';
import { useShareTexts } from '../lib/i18n/use-share-texts.ts';
import { FileIcon } from '../ui/files/file-icon.tsx';
import { Banner } from '../ui/banner.tsx';
import { CitationContext } from '../ui/markdown/render/citation-context.ts';

/** The messages of a shared chat, to be read. */
export function SharedThread({ messages }: { readonly messages: readonly SharedMessage[] }) {
  const { page } = useShareTexts();
  return (
    <section aria-label={page.messages} className="flex flex-col gap-(--turn-gap) py-6">
      {messages.map((message, number) => (
        <SharedTurn key={number} message={message} />
      ))}
    </section>
  );
}

export interface SharedTurnProps {
  readonly message: SharedMessage;
  /** What stands between the name of whoever answered and the answer. */
  readonly before?: ReactNode;
}

/** One message, to be read. */
export function SharedTurn({ message, before }: SharedTurnProps) {
  return message.role === 'user' ? <Question message={message} /> : <Answer message={message} before={before} />;
}

const article =
  'flex min-w-0 flex-col [contain-intrinsic-size:auto_9rem] [content-visibility:auto] print:[content-visibility:visible]';

const Question = memo(function Question({ message: { parts } }: { readonly message: SharedMessage }) {
  const { page } = useShareTexts();
  const quotes = parts.filter((part) => part.type === 'quote');
  const files = parts.filter((part) => part.type === 'file');
  const texts = parts.filter((part) => part.type === 'text');
  return (
    <article className={article}>
      <h2 className="sr-only">{page.question}</h2>
      <div className="flex max-w-[80%] flex-col items-start gap-1.5 self-end rounded-bubble bg-user-bubble px-4 py-2.5 print:border print:border-border">
        {quotes.length > 0 ? (
          <ul aria-label={page.quotes} className="m-0 flex w-full list-none flex-col gap-1.5 p-0">
            {quotes.map(({ text }, number) => (
              <li key={number}>
                <blockquote
                  dir="auto"
                  className="m-0 border-s-2 border-outline ps-3 text-sm wrap-anywhere whitespace-pre-wrap text-text-muted"
                >
                  {text}
                </blockquote>
              </li>
            ))}
          </ul>
        ) : null}
        {files.length > 0 ? <Files files={files} /> : null}
        {texts.map(({ text }, number) => (
          <p
            key={number}
            dir="auto"
            className="text-(length:--answer-size)/(--answer-line-height) wrap-anywhere whitespace-pre-wrap"
          >
            {text}
          </p>
        ))}
      </div>
    </article>
  );
});

function Files({ files }: { readonly files: readonly Extract<SharedPart, { type: 'file' }>[] }) {
  const { page } = useShareTexts();
  return (
    <ul aria-label={page.files} className="m-0 flex max-w-full list-none flex-wrap gap-1.5 p-0">
      {files.map(({ name, size }, number) => (
        <li
          key={number}
          className="flex min-h-8 max-w-full min-w-0 items-center gap-2 rounded-control border border-outline bg-bg px-2.5 py-1 text-sm"
        >
          <FileIcon file={{ name, mimeType: '' }} />
          <span className="min-w-0 truncate font-medium">{name}</span>
          <span className="shrink-0 text-xs text-text-muted tabular-nums">{byteSize(size)}</span>
        </li>
      ))}
    </ul>
  );
}

const Answer = memo(function Answer({ message, before }: SharedTurnProps) {
  const { page } = useShareTexts();
  const { parts, answerer, status } = message;
  const sources = useMemo(
    () =>
      parts
        .filter((part) => part.type === 'source')
        .map(({ title, url }, number) => ({ type: 'source' as const, step: 0, id: String(number), title, url })),
    [parts],
  );
  const hasError = parts.some(({ type }) => type === 'error');
  const note = status === 'stopped' ? page.stopped : status === 'failed' && !hasError ? page.failed : undefined;
  return (
    <article className={article}>
      <h2 className="sr-only">{page.answer(answerer ?? page.answerer)}</h2>
      {answerer === undefined ? null : (
        <p aria-hidden className="mb-1.5 text-xs font-medium text-text-muted wrap-anywhere">
          {answerer}
        </p>
      )}
      {before}
      <div className="flex min-w-0 flex-col gap-(--block-gap) text-(length:--answer-size)/(--answer-line-height)">
        <CitationContext value={sources}>
          {parts.map((part, number) => (
            <Part key={number} part={part} />
          ))}
          {sources.length > 0 ? <SourceList sources={sources} /> : null}
        </CitationContext>
        {note === undefined ? null : <p className="text-sm text-text-muted">{note}</p>}
      </div>
    </article>
  );
});

function Part({ part }: { readonly part: SharedPart }) {
  const { page } = useShareTexts();
  const textPart = useMemo(
    () => (part.type === 'text' ? { type: part.type, step: 0, text: part.text } : undefined),
    [part],
  );
  if (textPart) return <TextPartView part={textPart} settled />;
  switch (part.type) {
    case 'tool-call':
      return (
        <p className="flex items-center gap-2 text-sm text-text-muted">
          <Wrench aria-hidden className="size-4 shrink-0" />
          <span className="min-w-0 wrap-anywhere">
            {page.used(part.name)}
            {page.states[part.state]}
          </span>
        </p>
      );
    case 'steer':
      return <SteerBubble text={part.text} />;
    case 'hand-off':
      return (
        <p className="my-1 flex items-center gap-3 text-xs text-text-muted before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
          <span className="min-w-0 wrap-anywhere">{page.handOff(part.name)}</span>
        </p>
      );
    case 'error':
      return <Banner tone="danger">{titleWords(part.title)}</Banner>;
    default:
      // Quotes and files belong to questions, sources stand at the end.
      return null;
  }
}
