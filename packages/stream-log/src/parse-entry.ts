import { StreamLogError } from './stream-log-error.ts';

/** Makes an entry of stored JSON. Throws `corrupt` when it is not what `parse` accepts. */
export function parseEntry<E>(parse: (value: unknown) => E, json: string, id: string): E {
  try {
    return parse(JSON.parse(json));
  } catch (cause) {
    throw new StreamLogError('corrupt', `An entry of the log ${id} cannot be read`, { cause });
  }
}
