import { parsePipeline } from '../../aggregation/pipeline.ts';
import { WRITING_STAGE_NAMES } from '../../aggregation/stages/writing.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import { splitNamespace } from '../../catalogue/split-namespace.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { CommandError } from '../../server/command-error.ts';
import type { Arguments } from '../arguments.ts';

/** The option fields of a validator, as `create` and `collMod` know them. */
export const VALIDATOR_FIELDS = ['validator', 'validationLevel', 'validationAction'] as const;

const CHOICES = { validationLevel: ['off', 'strict', 'moderate'], validationAction: ['error', 'warn'] } as const;
const INTERNAL_DATABASES = new Set(['admin', 'config', 'local']);
const REFUSED_OPERATORS = new Set(['$text', '$where', '$near', '$nearSphere', '$geoNear']);

/** The validator options a command names, checked (MongoDB manual: Specify Validation Level). */
export function readValidatorOptions(owner: string, namespace: string, values: Arguments): Map<string, Value> {
  const found = new Map<string, Value>();
  const validator = values.optionalDocument('validator');
  if (validator !== undefined) {
    const { database } = splitNamespace(namespace);
    if (INTERNAL_DATABASES.has(database)) {
      throw new CommandError(
        'InvalidOptions',
        `Document validators are not allowed on collection ${namespace} in the ${database} internal database`,
      );
    }
    refuseOperators(validator);
    parseFilter(validator);
    found.set('validator', validator);
  }
  for (const name of ['validationLevel', 'validationAction'] as const) {
    const value = values.optionalText(name);
    if (value === undefined) continue;
    if (!CHOICES[name].some((choice) => choice === value)) {
      throw new CommandError(
        'BadValue',
        `Enumeration value '${value}' for field '${owner}.${name}' is not a valid value.`,
      );
    }
    found.set(name, value);
  }
  return found;
}

function refuseOperators(value: Value): void {
  if (Array.isArray(value)) for (const item of value) refuseOperators(item);
  if (!isDocument(value)) return;
  for (const [name, inner] of value.entries()) {
    if (REFUSED_OPERATORS.has(name)) {
      throw new CommandError('QueryFeatureNotAllowed', `${name} is not allowed in this context`);
    }
    if (name !== '$jsonSchema') refuseOperators(inner);
  }
}

/** Refuses a view pipeline that cannot be parsed or writes, also inside a sub-pipeline. */
export function checkViewPipeline(namespace: string, pipeline: readonly Value[]): void {
  for (const [position, stage] of pipeline.entries()) {
    const name = isDocument(stage) ? (stage.firstName() ?? '') : '';
    if (WRITING_STAGE_NAMES.has(name) || name.startsWith('$changeStream')) {
      const reason = name.startsWith('$change') ? 'it is a change stream' : 'it writes to disk';
      throw new CommandError(
        'OptionNotSupportedOnView',
        `The aggregation stage ${name} in location ${String(position)} of the pipeline cannot be used in the view definition of ${namespace} because ${reason}`,
      );
    }
  }
  parsePipeline([...pipeline]);
}
