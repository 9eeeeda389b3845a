import type { TextPart } from '@parley/contracts';
import { memo } from 'react';
import { Markdown } from '../../../ui/markdown/markdown.tsx';

/** Text of an answer, as Markdown. `settled` once no more of it will come. */
export const TextPartView = memo(function TextPartView(props: { readonly part: TextPart; readonly settled: boolean }) {
  return <Markdown text={props.part.text} settled={props.settled} />;
});
