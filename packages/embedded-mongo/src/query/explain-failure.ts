import { compileExpression } from '../aggregation/compile-expression.ts';
import { NO_VARIABLES } from '../aggregation/expression.ts';
import { buildDocument, verbatim, type Literal } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import { isDocument, isRegex, typeName, type Value } from '../bson/value.ts';
import { isTruthy } from '../aggregation/expression.ts';
import { matches, someAt } from './filter.ts';
import { parseFilter } from './parse-filter.ts';
import { explainSchema } from './schema/parse-schema.ts';

/** One condition of a filter: a logical operator, or one operator on one path. */
interface Clause {
  readonly filter: Document;
  readonly explain: (document: Document) => Document;
}

/** What of a validator a document fails, as `errInfo.details` tells it (MongoDB manual: Schema Validation). */
export function explainFailure(validator: Document, document: Document): Document {
  const clauses = clausesOf(validator);
  const [only] = clauses;
  if (clauses.length === 1 && only !== undefined) return only.explain(document);
  return explainAll(clauses, document);
}

function explainAll(clauses: readonly Clause[], document: Document): Document {
  return buildDocument({
    operatorName: '$and',
    clausesNotSatisfied: clauses.flatMap((clause, index) =>
      matches(parseFilter(clause.filter), document) ? [] : [{ index, details: clause.explain(document) }],
    ),
  });
}

function single(name: string, value: Value): Document {
  return new Document(new Map([[name, value]]));
}

function clausesOf(filter: Document): readonly Clause[] {
  return [...filter.entries()].flatMap(([name, value]): readonly Clause[] => {
    if (name === '$comment') return [];
    if (name.startsWith('$')) {
      return [{ filter: single(name, value), explain: (document) => explainLogical(name, value, document) }];
    }
    if (!isDocument(value) || value.firstName()?.startsWith('$') !== true) {
      const operator = isRegex(value) ? '$regex' : '$eq';
      const filterOf = single(name, value);
      return [{ filter: filterOf, explain: (document) => explainField(name, operator, value, filterOf, document) }];
    }
    return [...value.entries()]
      .filter(([operator]) => operator !== '$options')
      .map(([operator, operand]) => {
        const options = value.get('$options');
        const operators = new Map([[operator, operand]]);
        if (operator === '$regex' && options !== undefined) operators.set('$options', options);
        const filterOf = single(name, new Document(operators));
        return {
          filter: filterOf,
          explain: (document) => explainField(name, operator, operand, filterOf, document),
        };
      });
  });
}

function wholeOf(filter: Value): Clause {
  const inner = isDocument(filter) ? filter : new Document(new Map());
  return { filter: inner, explain: (document) => explainFailure(inner, document) };
}

function explainLogical(name: string, operand: Value, document: Document): Document {
  const clauses = Array.isArray(operand) ? operand.map(wholeOf) : [];
  switch (name) {
    case '$jsonSchema':
      return explainSchema(operand, document);
    case '$and':
      return explainAll(clauses, document);
    case '$or':
      return buildDocument({
        operatorName: name,
        clausesNotSatisfied: clauses.map((clause, index) => ({ index, details: clause.explain(document) })),
      });
    case '$nor':
      return buildDocument({
        operatorName: name,
        clausesSatisfied: clauses.flatMap((clause, index) =>
          matches(parseFilter(clause.filter), document) ? [{ index, details: { specifiedAs: clause.filter } }] : [],
        ),
      });
    case '$expr':
      return buildDocument({
        operatorName: name,
        specifiedAs: { $expr: verbatim(operand) },
        reason: 'expression did not match',
        expressionResult: resultOf(operand, document),
      });
    default:
      return buildDocument({ operatorName: name, specifiedAs: { [name]: verbatim(operand) } });
  }
}

function resultOf(expression: Value, document: Document): Literal {
  const result = compileExpression(expression)({ root: document, variables: NO_VARIABLES });
  return result === undefined ? undefined : verbatim(result);
}

const REASONS: ReadonlyMap<string, readonly [failed: string, succeeded: string]> = new Map([
  ['$in', ['no matching value found in array', 'matching value found in array']],
  ['$type', ['type did not match', 'type did match']],
  ['$regex', ['regular expression did not match', 'regular expression did match']],
  ['$mod', ['$mod did not evaluate to expected remainder', '$mod did evaluate to expected remainder']],
  ['$size', ['array length was not equal to given size', 'array length was equal to given size']],
  ['$all', ['array did not contain all specified values', 'array did contain all specified values']],
  ['$elemMatch', ['array did not satisfy the child predicate', 'array did satisfy the child predicate']],
  ['$bitsAllSet', ['bitwise operator failed to match', 'bitwise operator matched successfully']],
  ['$bitsAnySet', ['bitwise operator failed to match', 'bitwise operator matched successfully']],
  ['$bitsAllClear', ['bitwise operator failed to match', 'bitwise operator matched successfully']],
  ['$bitsAnyClear', ['bitwise operator failed to match', 'bitwise operator matched successfully']],
]);
const COMPARISON = ['comparison failed', 'comparison succeeded'] as const;

/** Why an operator on a path did not hold, or, below `$not`, why it did. */
function reasonOf(operator: string, isMissing: boolean, isInverted: boolean): string {
  if (isInverted) return (REASONS.get(operator) ?? COMPARISON)[1];
  return isMissing ? 'field was missing' : (REASONS.get(operator) ?? COMPARISON)[0];
}

const INVERSES: ReadonlyMap<string, string> = new Map([
  ['$ne', '$eq'],
  ['$nin', '$in'],
]);

function explainField(
  path: string,
  operator: string,
  operand: Value,
  specifiedAs: Document,
  document: Document,
  isInverted = false,
): Document {
  if (operator === '$not') {
    const inner = isDocument(operand) ? [...operand.entries()] : [['$regex', operand] as const];
    const [name, value] = inner[0] ?? ['$eq', null];
    const details = explainField(path, name, value, single(path, single(name, value)), document, true);
    return buildDocument({ operatorName: '$not', details });
  }
  if (operator === '$exists') {
    const reason = isTruthy(operand) === isInverted ? 'path does exist' : 'path does not exist';
    return buildDocument({ operatorName: operator, specifiedAs, reason });
  }
  const values = valuesAt(document, path);
  const inverse = INVERSES.get(operator);
  const reason = reasonOf(inverse ?? operator, values.length === 0, inverse === undefined ? isInverted : !isInverted);
  return buildDocument({ operatorName: operator, specifiedAs, reason, ...considered(operator, values) });
}

function considered(operator: string, values: readonly Value[]): { readonly [name: string]: Literal } {
  const [first] = values;
  if (first === undefined) return {};
  const types = operator === '$type' ? [...new Set(values.map(typeName))] : [];
  const typed = types.length === 1 ? { consideredType: types[0] } : { consideredTypes: types };
  return {
    ...(values.length === 1 ? { consideredValue: verbatim(first) } : { consideredValues: values.map(verbatim) }),
    ...(types.length > 0 ? typed : {}),
  };
}

function valuesAt(document: Document, path: string): readonly Value[] {
  const values: Value[] = [];
  someAt(document, path.split('.'), 0, (value) => {
    if (value !== undefined) values.push(value);
    return false;
  });
  return values;
}
