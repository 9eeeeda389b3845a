import { Document } from '../../bson/document.ts';
import { formatValue } from '../../bson/format-value.ts';
import { int, isDocument, isNumber, type Value } from '../../bson/value.ts';
import { toDouble } from '../../bson/arithmetic.ts';
import { CommandError } from '../command-error.ts';

const FIND_AND_MODIFY = new Set(['findAndModify', 'findandmodify']);

/**
 * The stored answer of a retryable write for its repetition: it tells which statements had been executed, as
 * `retriedStmtIds` or, of findAndModify, `retriedStmtId`. Where the answer leaves open which ones changed something,
 * it tells nothing. What cannot be a repetition, such as another command, is refused.
 */
export function retriedAnswer(name: string, body: Document, answer: Document): Document {
  const isFound = answer.has('lastErrorObject');
  if (!isRepetition(name, body, answer)) {
    throw new CommandError(
      40_606,
      `${name} retry request is not compatible with the previous write of txnNumber ${formatValue(body.get('txnNumber') ?? null)}`,
    );
  }
  const told = isFound ? ofFindAndModify(answer) : ofBatch(name, body, answer);
  if (told === undefined) return answer;
  const entries = [...answer.entries()].filter(([field]) => field !== 'ok');
  return new Document(new Map([...entries, told, ['ok', answer.get('ok') ?? 1]]));
}

function isRepetition(name: string, body: Document, answer: Document): boolean {
  if (answer.has('lastErrorObject') !== FIND_AND_MODIFY.has(name)) return false;
  if (
    answer.has('cursor') !== (name === 'bulkWrite') ||
    answer.has('nModified') !== (name === 'update' || name === 'bulkWrite')
  ) {
    return false;
  }
  return (
    name !== 'insert' || answer.has('writeErrors') || numberOf(answer.get('n')) === lengthOf(body.get('documents'))
  );
}

function ofFindAndModify(answer: Document): [string, Value] | undefined {
  const last = answer.get('lastErrorObject');
  return isDocument(last) && numberOf(last.get('n')) > 0 ? ['retriedStmtId', int(0)] : undefined;
}

function ofBatch(name: string, body: Document, answer: Document): [string, Value] | undefined {
  const executed = executedStatements(name, body, answer);
  return executed.length === 0 ? undefined : ['retriedStmtIds', executed.map((index) => int(index))];
}

function executedStatements(name: string, body: Document, answer: Document): readonly number[] {
  switch (name) {
    case 'insert':
      return insertedOf(body, answer);
    case 'update':
      return allIf(body.get('updates'), numberOf(answer.get('nModified')) + lengthOf(answer.get('upserted')));
    case 'delete':
      return allIf(body.get('deletes'), numberOf(answer.get('n')));
    default:
      return allIf(
        body.get('ops'),
        numberOf(answer.get('nInserted')) +
          numberOf(answer.get('nModified')) +
          numberOf(answer.get('nUpserted')) +
          numberOf(answer.get('nDeleted')),
      );
  }
}

/** Every document was inserted but those that failed and, in an ordered batch, those behind. */
function insertedOf(body: Document, answer: Document): readonly number[] {
  const errors = answer.get('writeErrors');
  const failed = new Set(
    Array.isArray(errors) ? errors.map((error) => numberOf(isDocument(error) ? error.get('index') : undefined)) : [],
  );
  const indexes = [...Array(lengthOf(body.get('documents'))).keys()].filter((index) => !failed.has(index));
  return indexes.slice(0, numberOf(answer.get('n')));
}

function allIf(statements: Value | undefined, changed: number): readonly number[] {
  const count = lengthOf(statements);
  return changed === count ? [...Array(count).keys()] : [];
}

function lengthOf(value: Value | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}

function numberOf(value: Value | undefined): number {
  return value !== undefined && isNumber(value) ? toDouble(value) : 0;
}
