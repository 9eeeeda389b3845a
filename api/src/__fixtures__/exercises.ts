import { exerciseAccount } from '../account-removal/__fixtures__/exercise-account.ts';
import { exerciseCodeApi } from '../code-api/__fixtures__/exercise-code-api.ts';
import { exercisePresets } from '../presets/__fixtures__/exercise-presets.ts';
import { exercisePrompts } from '../prompts/__fixtures__/exercise-prompts.ts';
import { exerciseSearch } from '../search/__fixtures__/exercise-search.ts';
import { exerciseTransfers } from '../transfers/__fixtures__/exercise-transfers.ts';
import { exerciseShares } from '../shares/__fixtures__/exercise-shares.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';

/** Rooms that use each of their routes once; which these were. */
export const exercises: readonly (readonly [what: string, (app: TestApp, user: TestUser) => Promise<string[]>])[] = [
  ['the code of a LibreChat', exerciseCodeApi],
  ['presets', exercisePresets],
  ['the prompt library', exercisePrompts],
  ['search', exerciseSearch],
  ['imports and exports', exerciseTransfers],
  ['the end of an account', exerciseAccount],
  ['links', exerciseShares],
];
