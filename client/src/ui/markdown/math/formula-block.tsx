import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { ScrollArea } from '../render/scroll-area.tsx';
import { Formula } from './formula.tsx';

/** A formula on a line of its own, which scrolls sideways when it is too long. */
export function FormulaBlock({ text }: { readonly text: string }) {
  const { markdown } = useTexts();
  return (
    <ScrollArea label={markdown.formula} className="markdown-formula">
      <Formula text={text} display />
    </ScrollArea>
  );
}
