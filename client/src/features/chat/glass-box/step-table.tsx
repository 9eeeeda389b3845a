import type { StepTrace } from '@parley/contracts';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { formatCost, formatCount, formatMs } from './format-figures.ts';

/** The steps of an answer as a table, for those who cannot see their bars. */
export function StepTable({ trace }: { readonly trace: readonly StepTrace[] }) {
  const { box } = usePanelTexts();
  const time = (ms: number | undefined) => (ms === undefined ? box.notKnown : formatMs(ms));
  return (
    <div className="sr-only">
      <table>
        <caption>{box.table}</caption>
        <thead>
          <tr>
            {Object.values(box.columns).map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {trace.map(({ step, model, servedBy, modelMs, firstTokenMs, toolsMs, usage, costMicroUsd }, index) => (
            <tr key={step}>
              <th scope="row">{index + 1}</th>
              <td>{servedBy?.model ?? model}</td>
              <td>{time(modelMs)}</td>
              <td>{time(firstTokenMs)}</td>
              <td>{time(toolsMs)}</td>
              <td>{usage ? box.tokensOf(formatCount(usage.input), formatCount(usage.output)) : box.notKnown}</td>
              <td>{costMicroUsd === undefined ? box.noPrice : formatCost(costMicroUsd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
