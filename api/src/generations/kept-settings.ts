import type { ModelParameters, TurnSettings } from '@parley/contracts';

/** Settings with their fields in one order and without those that tell nothing; `undefined` when none is left. */
export function keptSettings({ instructions = '', parameters = {} }: TurnSettings = {}): TurnSettings | undefined {
  const kept = keptParameters(parameters);
  const hasParameters = Object.keys(kept).length > 0;
  if (instructions.trim() === '' && !hasParameters) return undefined;
  return {
    ...(instructions.trim() === '' ? {} : { instructions }),
    ...(hasParameters ? { parameters: kept } : {}),
  };
}

function keptParameters({ temperature, topP, maxOutputTokens, reasoningEffort }: ModelParameters): ModelParameters {
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
  };
}
