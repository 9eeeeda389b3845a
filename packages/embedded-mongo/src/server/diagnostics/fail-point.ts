import { toInteger } from '../../bson/arithmetic.ts';
import { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import type { Reply } from '../../commands/command.ts';
import { CommandError } from '../command-error.ts';

/** One fail point: when it strikes, and with which data. */
export interface FailPoint {
  /** Switches it by the body of `configureFailPoint`. */
  configure(body: Document): Reply;
  /** The data of a fail point that strikes, counted as entered; `applies` says whether it concerns what happens. */
  enter(applies?: (data: Document) => boolean): Document | undefined;
}

type Mode = { readonly kind: 'off' | 'always' } | { readonly kind: 'times' | 'skip'; left: number };

/** Creates a fail point that is off; data with other fields than these are refused. */
export function createFailPoint(name: string, dataFields: readonly string[]): FailPoint {
  const known = new Set(dataFields);
  let mode: Mode = { kind: 'off' };
  let data: Document = NO_DATA;
  let entered = 0;
  return {
    configure: (body) => {
      const next = parseMode(body.get('mode'));
      const given = body.get('data');
      if (given !== undefined && !isDocument(given)) {
        throw new CommandError('TypeMismatch', "the 'data' of a fail point must be an object");
      }
      const fields = given ?? NO_DATA;
      for (const [field] of fields.entries()) {
        if (!known.has(field)) throw new CommandError('BadValue', `${name} does not know '${field}'`);
      }
      mode = next;
      data = fields;
      return { count: entered };
    },
    enter: (applies) => {
      if (mode.kind === 'off' || applies?.(data) === false) return undefined;
      if (mode.kind === 'skip' && mode.left > 0) {
        mode.left -= 1;
        return undefined;
      }
      if (mode.kind === 'times') {
        mode.left -= 1;
        if (mode.left <= 0) mode = { kind: 'off' };
      }
      entered += 1;
      return data;
    },
  };
}

const NO_DATA = new Document(new Map());

function parseMode(mode: Value | undefined): Mode {
  if (mode === 'off') return { kind: 'off' };
  if (mode === 'alwaysOn') return { kind: 'always' };
  const [entry] = isDocument(mode) ? [...mode.entries()] : [];
  const left = entry === undefined ? undefined : toInteger(entry[1]);
  if (left !== undefined && left >= 0n) {
    if (entry?.[0] === 'times') return left === 0n ? { kind: 'off' } : { kind: 'times', left: Number(left) };
    if (entry?.[0] === 'skip') return { kind: 'skip', left: Number(left) };
  }
  throw new CommandError('BadValue', "the mode of a fail point is 'off', 'alwaysOn', {times: n} or {skip: n}");
}
