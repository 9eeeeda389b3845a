import type { TurnSetups } from '../generations/turn-setup.ts';
import type { ModelSpecs } from './model-specs.ts';

/** Setups of turns that name a model spec, or have to: what the spec says takes the place of what was sent. */
export function createSetupsBySpec(setups: TurnSetups, specs: Pick<ModelSpecs, 'resolve'>): TurnSetups {
  return {
    pin: async (userId, choice, usedBefore, signal) =>
      await setups.pin(userId, specs.resolve(choice), usedBefore, signal),
    of: async (caller, choice, signal) => await setups.of(caller, specs.resolve(choice), signal),
    ofAgent: async (caller, agent, signal) => await setups.ofAgent(caller, agent, signal),
  };
}
