import type { Document } from '../bson/document.ts';
import { isDocument } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';

const ENGINE = 'wiredTiger';

/** Refuses options of a storage engine MongoDB does not have; those of its own mean nothing to this one. */
export function checkEngine(path: string, engine: Document): void {
  for (const [name, settings] of engine.entries()) {
    if (name !== ENGINE) {
      throw new CommandError('InvalidOptions', `${name} is not a registered storage engine for this server`);
    }
    if (!isDocument(settings)) throw new CommandError('BadValue', `${path}.${name} must be an embedded document`);
  }
}
