import type { User } from '@parley/contracts';
import type { GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { ToolCaller } from '../tools/tool.ts';
import { fillInVariables, namesTime } from './fill-in-variables.ts';

/** Makes system text of instructions: none where they are empty, else one with its variables filled in. */
export type FillInstructions = (
  person: Pick<User, 'name'>,
  caller: Omit<ToolCaller, 'role'>,
  text: string,
) => Promise<readonly string[]>;

interface InstructionFillerOptions {
  readonly generations: Pick<GenerationRepository, 'find'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createInstructionFiller({ generations, now }: InstructionFillerOptions): FillInstructions {
  return async ({ name }, { generationId }, text) => {
    if (text.trim() === '') return [];
    // A turn that is continued has to say the same again, or the model's answer cannot be taken up where it broke off.
    const begun = namesTime(text) ? (await generations.find(generationId))?.createdAt : undefined;
    return [fillInVariables(text, { at: begun ?? new Date(now()), userName: name })];
  };
}
