import { Document } from '../../bson/document.ts';
import { formatDocument } from '../../bson/format-value.ts';
import { isDocument } from '../../bson/value.ts';
import { CommandError } from '../command-error.ts';

/** What the first command of a transaction settled for all of them. */
export interface TransactionTerms {
  /** The parameters of the Stable API, as text. */
  readonly api: string;
  /** The level of the read concern, when it named one. */
  readonly level: string | undefined;
}

const API_FIELDS = ['apiVersion', 'apiStrict', 'apiDeprecationErrors'];

/** The terms of a transaction's first command. */
export function termsOf(body: Document): TransactionTerms {
  const concern = body.get('readConcern');
  const level = isDocument(concern) ? concern.get('level') : undefined;
  return { api: apiOf(body), level: typeof level === 'string' ? level : undefined };
}

function apiOf(body: Document): string {
  const given = API_FIELDS.flatMap((name) => {
    const value = body.get(name);
    return value === undefined ? [] : ([[name, value]] as const);
  });
  return formatDocument(new Document(new Map(given)));
}

/** Refuses a command with other parameters of the Stable API than the first one had; the transaction goes on. */
export function checkApiTerms(name: string, body: Document, terms: TransactionTerms): void {
  const api = apiOf(body);
  if (api === terms.api) return;
  throw new CommandError(
    'APIMismatchError',
    `API parameter mismatch: ${name} used params ${api}, the transaction's first command used ${terms.api}`,
  );
}

/** Refuses to define anything in a transaction that reads otherwise than locally. */
export function checkDefinitionTerms(name: string, { level }: TransactionTerms): void {
  if ((name !== 'create' && name !== 'createIndexes') || level === undefined || level === 'local') return;
  throw new CommandError(
    'InvalidOptions',
    `Command ${name} does not support { readConcern: { level: "${level}", provenance: "clientSupplied" } } :: caused by :: read concern not supported`,
  );
}
