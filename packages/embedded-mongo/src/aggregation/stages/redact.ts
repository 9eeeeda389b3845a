import { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { keepTextScore } from '../../text/text-score.ts';
import { compileExpression } from '../compile-expression.ts';
import type { Expression, Variables } from '../expression.ts';
import type { StageParser } from '../stage.ts';
import { withNames } from '../variable-scope.ts';

/** What an expression of `$redact` decides with, by name. */
const DECISIONS: readonly [string, Value][] = [
  ['DESCEND', 'descend'],
  ['PRUNE', 'prune'],
  ['KEEP', 'keep'],
];

/** `$redact`: keeps, prunes or descends into each level of a document (manual: "$redact"). */
const redact: StageParser = (specification) => {
  const names = DECISIONS.map(([name]) => name);
  const evaluate = withNames(names, () => compileExpression(specification));
  return {
    *run(input, context) {
      for (const root of input) {
        const variables: Variables = new Map([...context.variables, ...DECISIONS, ['ROOT', root]]);
        const kept = redactDocument(root, evaluate, variables);
        if (kept !== undefined) yield keepTextScore(root, kept);
      }
    },
  };
};

function redactDocument(document: Document, evaluate: Expression, variables: Variables): Document | undefined {
  const decision = evaluate({ root: document, variables });
  switch (decision) {
    case 'keep':
      return document;
    case 'prune':
      return undefined;
    case 'descend': {
      const fields = new Map<string, Value>();
      for (const [name, value] of document.entries()) {
        const kept = redactValue(value, evaluate, variables);
        if (kept !== undefined) fields.set(name, kept);
      }
      return new Document(fields);
    }
    default:
      throw new CommandError(
        17_053,
        "$redact's expression should not return anything aside from the variables $$KEEP, $$DESCEND, and $$PRUNE",
      );
  }
}

function redactValue(value: Value, evaluate: Expression, variables: Variables): Value | undefined {
  if (isDocument(value)) return redactDocument(value, evaluate, variables);
  if (!Array.isArray(value)) return value;
  return value.flatMap((item) => {
    const kept = redactValue(item, evaluate, variables);
    return kept === undefined ? [] : [kept];
  });
}

/** The stage that hides parts of documents. */
export const REDACT_STAGES: readonly [string, StageParser][] = [['$redact', redact]];
