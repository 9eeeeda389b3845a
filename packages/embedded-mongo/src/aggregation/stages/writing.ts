import { CommandError } from '../../server/command-error.ts';
import type { StageParser } from '../stage.ts';

/** The stages that write their input; `aggregate` takes them off the end of its pipeline and runs them itself. */
export const WRITING_STAGE_NAMES: ReadonlySet<string> = new Set(['$out', '$merge']);

function refuse(name: string): StageParser {
  return () => {
    throw new CommandError(51_047, `${name} is not allowed within a sub-pipeline`);
  };
}

/** What parsing says to writing stages anywhere but at the end of an `aggregate` command. */
export const WRITING_STAGES: readonly [string, StageParser][] = [...WRITING_STAGE_NAMES].map((name) => [
  name,
  refuse(name),
]);
