import type { Message } from '@parley/contracts';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { answerFigures } from './answer-figures.ts';
import { formatCost, formatMs, formatRate } from './format-figures.ts';

/** The four sums of an answer: its time, how soon it began, how fast it came, what it cost. */
export function FigureTiles({ message }: { readonly message: Message }) {
  const { box } = usePanelTexts();
  const { totalMs, firstTokenMs, tokensPerSecond, cost } = answerFigures(message);
  const price = cost && formatCost(cost.microUsd);
  return (
    <dl className="m-0 grid grid-cols-2 gap-px overflow-hidden rounded-card border border-border bg-border @lg/box:grid-cols-4">
      <Tile name={box.time} value={totalMs === undefined ? undefined : formatMs(totalMs)} />
      <Tile name={box.firstToken} value={firstTokenMs === undefined ? undefined : formatMs(firstTokenMs)} />
      <Tile
        name={box.speed}
        value={tokensPerSecond === undefined ? undefined : box.perSecond(formatRate(tokensPerSecond))}
      />
      <Tile
        name={box.cost}
        value={price !== undefined && cost?.isWhole === false ? box.atLeast(price) : price}
        unknown={box.noPrice}
      />
    </dl>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: string | undefined;
  /** What is said where there is no value. */
  readonly unknown?: string;
}

function Tile({ name, value, unknown }: TileProps) {
  const { box } = usePanelTexts();
  return (
    <div className="flex flex-col gap-0.5 bg-bg px-3.5 py-2.5">
      <dt className="text-xs text-text-muted">{name}</dt>
      {value === undefined ? (
        <dd className="m-0 text-sm leading-7 text-text-muted">{unknown ?? box.notKnown}</dd>
      ) : (
        <dd className="m-0 text-lg leading-7 font-medium tabular-nums">
          <bdi>{value}</bdi>
        </dd>
      )}
    </div>
  );
}
