import type { Conversation, TurnSettings } from '@parley/contracts';
import { useState } from 'react';

/**
 * What a chat tells a model beside its prompts: what was chosen in it, otherwise what its newest turn was told, or what
 * it `begins` with.
 */
export function useTurnSettings(used: Pick<Conversation, 'settings'> | undefined, begins: TurnSettings | undefined) {
  const [chosen, setChosen] = useState<TurnSettings>();
  const settings = chosen ?? used?.settings ?? begins;
  const isSet =
    settings !== undefined && (!!settings.instructions || Object.keys(settings.parameters ?? {}).length > 0);
  return {
    /** Absent where the model's own way is all there is. */
    settings: isSet ? settings : undefined,
    choose: setChosen,
  };
}
