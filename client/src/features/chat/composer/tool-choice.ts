import { mostToolRefs } from '@parley/contracts';
import type { ToolRef } from '@parley/contracts';
import { useState } from 'react';
import { useLastChoice } from '../../../lib/last-choice.ts';

/** All of the code interpreter. */
const codeTools: ToolRef = 'code/interpreter';

/**
 * The tools a chat may use: those chosen in it, otherwise those of its newest turn, or those chosen last. Where it
 * `wantsCode`, the code interpreter is among them, unless somebody has switched it off.
 */
export function useToolChoice(used: readonly ToolRef[] | undefined, wantsCode: boolean) {
  const last = useLastChoice((choice) => choice.tools);
  const [chosen, setChosen] = useState<readonly ToolRef[]>();
  const [isDeclined, setDeclined] = useState(false);
  const base = chosen ?? used ?? last;
  const turnsCodeOn = wantsCode && !isDeclined && !base.some(isCode) && base.length < mostToolRefs;
  const tools = turnsCodeOn ? [...base, codeTools] : base;
  return {
    tools,
    turnsCodeOn,
    chooseTools: (next: ToolRef[]) => {
      setChosen(next);
      if (turnsCodeOn && !next.some(isCode)) setDeclined(true);
      // What files have switched on is for this chat alone.
      useLastChoice.setState({ tools: turnsCodeOn ? next.filter((ref) => ref !== codeTools) : next });
    },
    /** Leaves on what is on, after the files that wanted it have left. */
    keepTools: () => {
      if (turnsCodeOn) setChosen(tools);
    },
  };
}

function isCode(ref: ToolRef): boolean {
  return ref === codeTools || ref.startsWith(`${codeTools}/`);
}
