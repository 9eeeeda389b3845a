import type { ToolRef } from '@parley/contracts';
import { useState } from 'react';
import { useLastChoice } from '../../../lib/last-choice.ts';

/** The tools a chat may use: those chosen in it, otherwise those of its newest turn, or those chosen last. */
export function useToolChoice(used: readonly ToolRef[] | undefined) {
  const last = useLastChoice((choice) => choice.tools);
  const [chosen, setChosen] = useState<readonly ToolRef[]>();
  return {
    tools: chosen ?? used ?? last,
    chooseTools: (next: ToolRef[]) => {
      setChosen(next);
      useLastChoice.setState({ tools: next });
    },
  };
}
