import { splitNamespace } from '../../catalogue/split-namespace.ts';
import { CommandError } from '../../server/command-error.ts';

/** A stage that writes, with its codes for collections and databases that it must leave alone. */
interface Writer {
  readonly stage: '$out' | '$merge';
  readonly system: number;
  readonly internal: number;
}

const INTERNAL = new Set(['admin', 'config', 'local']);

/** Refuses to write a collection of the system's, or any of a database that is the server's own. */
export function refuseSpecialTarget(namespace: string, { stage, system, internal }: Writer): void {
  const { database, name } = splitNamespace(namespace);
  const refusal = stage === '$out' ? "Can't $out" : `Cannot ${stage}`;
  if (name.startsWith('system.')) throw new CommandError(system, `${refusal} to special collection: ${name}`);
  if (INTERNAL.has(database)) throw new CommandError(internal, `${refusal} to internal database: ${database}`);
}
