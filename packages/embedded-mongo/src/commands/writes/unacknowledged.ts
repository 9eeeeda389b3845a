import { toInteger } from '../../bson/arithmetic.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument, isNumber } from '../../bson/value.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import type { Command, Request } from '../command.ts';

/**
 * The same write, whose answer under `writeConcern: {w: 0}` tells nothing of what it did, not even of its errors. Most
 * drivers do not wait for that answer; those that do take whatever it says for acknowledged.
 */
export function unacknowledgeable(command: Command): Command {
  if (command.kind !== 'write') return command;
  const { run } = command;
  return {
    ...command,
    run: (request: Request, view: WriteView) => {
      const reply = run(request, view);
      return isUnacknowledged(request.body) ? { n: 0 } : reply;
    },
  };
}

/** Whether a command asks for no acknowledgement; waiting for the journal is one. */
function isUnacknowledged(body: Document): boolean {
  const concern = body.get('writeConcern');
  if (!isDocument(concern)) return false;
  const members = concern.get('w');
  if (!isNumber(members) || toInteger(members) !== 0n) return false;
  return concern.get('j') !== true && concern.get('fsync') !== true;
}
