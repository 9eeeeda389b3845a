import { collating } from '../bson/active-collation.ts';
import { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { explainFailure } from '../query/explain-failure.ts';
import { matches } from '../query/filter.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { CommandError } from '../server/command-error.ts';
import type { CollectionEntry } from './entries.ts';
import type { WriteView } from './catalogue-state.ts';

/** The compiled validator of a collection. */
export interface Validator {
  /** Whether documents that already failed may be changed into others that fail. */
  readonly isModerate: boolean;
  /** Whether a failure refuses the write; otherwise MongoDB only logs it. */
  readonly refuses: boolean;
  readonly accepts: (document: Document) => boolean;
  /** What a document fails, as `errInfo.details` tells it. */
  readonly explain: (document: Document) => Document;
}

/** The validator collection options describe; undefined when there is none or its level is `off`. */
export function parseValidator(options: Document): Validator | undefined {
  const validator = options.get('validator');
  const level = options.get('validationLevel');
  if (!isDocument(validator) || validator.firstName() === undefined || level === 'off') return undefined;
  const filter = parseFilter(validator);
  return {
    isModerate: level === 'moderate',
    refuses: options.get('validationAction') !== 'warn',
    accepts: (document) => matches(filter, document),
    explain: (document) => explainFailure(validator, document),
  };
}

/**
 * The validator that stored options describe. One that is refused by now does not keep the store from opening; it refuses
 * every document until it is changed.
 */
export function storedValidator(options: Document): Validator | undefined {
  try {
    return parseValidator(options);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const refuse = (): never => {
      throw error;
    };
    return { isModerate: false, refuses: true, accepts: refuse, explain: refuse };
  }
}

/**
 * Refuses a document its collection's validator does not accept, with DocumentValidationFailure and `errInfo`
 * (MongoDB manual: Schema Validation). `before` is the document an update replaces.
 */
export function checkValid(view: WriteView, collection: CollectionEntry, document: Document, before?: Document): void {
  const { validator } = collection;
  if (validator === undefined || view.bypassesValidation === true || !validator.refuses) return;
  // Validators compare by the collation of the collection, whatever that of the running command.
  const accepts = (candidate: Document): boolean => collating(collection.collation, () => validator.accepts(candidate));
  if (accepts(document)) return;
  if (before !== undefined && validator.isModerate && !accepts(before)) return;
  const info = new Map<string, Value>([
    ['failingDocumentId', document.get('_id') ?? null],
    ['details', collating(collection.collation, () => validator.explain(document))],
  ]);
  throw new CommandError('DocumentValidationFailure', 'Document failed validation', {
    fields: [['errInfo', new Document(info)]],
  });
}
