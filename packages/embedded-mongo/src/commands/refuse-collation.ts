import { CommandError } from '../server/command-error.ts';
import type { Arguments } from './arguments.ts';

/** Refuses any collation but the binary one, which is the only one this store has. */
export function refuseCollation(values: Arguments): void {
  const collation = values.optionalDocument('collation');
  if (collation === undefined || collation.firstName() === undefined) return;
  if (collation.get('locale') === 'simple') return;
  throw new CommandError('BadValue', 'Collations are not supported by the embedded store');
}
