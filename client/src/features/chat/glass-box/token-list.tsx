import type { Message } from '@parley/contracts';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { answerFigures } from './answer-figures.ts';
import { type Fact, FactList } from './fact-list.tsx';
import { formatCount } from './format-figures.ts';

/** The tokens of an answer by kind; nothing where none were told. */
export function TokenList({ message }: { readonly message: Message }) {
  const { box } = usePanelTexts();
  const { usage } = answerFigures(message);
  if (!usage) return null;
  const { input, output, cachedInput, reasoning } = usage;
  const facts: Fact[] = [
    [box.tokenKinds.input, counted(input)],
    [box.tokenKinds.cachedInput, counted(cachedInput)],
    [box.tokenKinds.output, counted(output)],
    [box.tokenKinds.reasoning, counted(reasoning)],
  ];
  return (
    <section>
      <h3 className="mb-2 text-sm font-semibold">{box.tokens}</h3>
      <FactList facts={facts} />
    </section>
  );
}

function counted(count: number | undefined): string | undefined {
  return count === undefined ? undefined : formatCount(count);
}
