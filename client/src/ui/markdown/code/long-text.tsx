import { useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';

/** Characters of one piece that are laid out before anybody asks for the rest. */
export const mostShown = 50_000;

/** The beginning of a text that would take long to lay out, and the rest when somebody asks for it. */
export function LongText({ text }: { readonly text: string }) {
  const { markdown } = useTexts();
  const [isWhole, setWhole] = useState(text.length <= mostShown);
  if (isWhole) return text;
  return (
    <>
      {text.slice(0, mostShown)}…{' '}
      <button type="button" className="markdown-show-all" onClick={() => setWhole(true)}>
        {markdown.showAll(Math.ceil(text.length / 1_000))}
      </button>
    </>
  );
}
