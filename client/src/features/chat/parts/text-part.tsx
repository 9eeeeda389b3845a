import type { TextPart } from '@parley/contracts';
import { memo } from 'react';
import { useMarkdown } from './load-markdown.ts';

/** Text of an answer, as Markdown. `settled` once no more of it will come. */
export const TextPartView = memo(function TextPartView(props: { readonly part: TextPart; readonly settled: boolean }) {
  const { part, settled } = props;
  const Markdown = useMarkdown();
  if (Markdown === undefined) return <p className="whitespace-pre-wrap">{part.text}</p>;
  return <Markdown text={part.text} settled={settled} />;
});
