import { buildDocument, verbatim, type Literal } from '../../bson/build-document.ts';
import type { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { regexMatch } from '../predicates.ts';
import { failure, invalid, mistyped, type ParseSchema, type RuleParser, type Schema } from './rule.ts';

function documentOf(keyword: string, operand: Value): Document {
  if (!isDocument(operand)) throw mistyped(keyword, 'an object');
  return operand;
}

function namesOf(keyword: string, operand: Value): readonly string[] {
  if (!Array.isArray(operand)) throw mistyped(keyword, 'an array');
  if (operand.length === 0) throw invalid(keyword, 'cannot be an empty array');
  const names = operand.map((name) => {
    if (typeof name !== 'string') throw mistyped(keyword, 'an array of strings');
    return name;
  });
  if (new Set(names).size < names.length) throw invalid(keyword, 'array cannot contain duplicate values');
  return names;
}

function schemasOf(keyword: string, operand: Value, parse: ParseSchema): ReadonlyMap<string, Schema> {
  return new Map([...documentOf(keyword, operand).entries()].map(([name, inner]) => [name, parse(keyword, inner)]));
}

/** What one schema has against a value, with the schema's title and description. */
function details(schema: Schema, value: Value): { readonly [name: string]: Literal } {
  return { ...schema.annotations, details: schema.failures(value) };
}

const required: RuleParser = (operand) => {
  const names = namesOf('required', operand);
  if (names.some((name) => name.includes('\0'))) {
    throw new CommandError(9_867_600, "$jsonSchema keyword 'required' cannot name a field with an embedded null byte");
  }
  const missing = (value: Value): readonly string[] =>
    isDocument(value) ? names.filter((name) => !value.has(name)) : [];
  return {
    accepts: (value) => missing(value).length === 0,
    explain: (value) =>
      buildDocument({
        operatorName: 'required',
        specifiedAs: { required: verbatim(operand) },
        missingProperties: missing(value),
      }),
  };
};

const properties: RuleParser = (operand, _schema, parse) => {
  const schemas = schemasOf('properties', operand, parse);
  const failing = (value: Value): readonly (readonly [string, Schema, Value])[] =>
    [...schemas].flatMap(([name, schema]) => {
      const property = isDocument(value) ? value.get(name) : undefined;
      return property === undefined || schema.accepts(property) ? [] : [[name, schema, property] as const];
    });
  return {
    accepts: (value) => failing(value).length === 0,
    explain: (value) =>
      buildDocument({
        operatorName: 'properties',
        propertiesNotSatisfied: failing(value).map(([name, schema, property]) => ({
          propertyName: name,
          ...details(schema, property),
        })),
      }),
  };
};

interface NamePattern {
  readonly text: string;
  readonly test: (name: string) => boolean;
}

function namePattern(text: string): NamePattern {
  return { text, test: regexMatch(text, undefined).test };
}

const patternProperties: RuleParser = (operand, _schema, parse) => {
  const patterns = [...schemasOf('patternProperties', operand, parse)].map(([text, schema]) => ({
    ...namePattern(text),
    schema,
  }));
  const failing = (value: Value): readonly { name: string; text: string; schema: Schema; property: Value }[] =>
    [...(isDocument(value) ? value.entries() : [])].flatMap(([name, property]) =>
      patterns
        .filter(({ test, schema }) => test(name) && !schema.accepts(property))
        .map(({ text, schema }) => ({ name, text, schema, property })),
    );
  return {
    accepts: (value) => failing(value).length === 0,
    explain: (value) =>
      buildDocument({
        operatorName: 'patternProperties',
        details: failing(value).map(({ name, text, schema, property }) => ({
          propertyName: name,
          regexMatched: text,
          ...details(schema, property),
        })),
      }),
  };
};

const additionalProperties: RuleParser = (operand, schema, parse) => {
  if (operand === true) return undefined;
  if (typeof operand !== 'boolean' && !isDocument(operand)) {
    throw mistyped('additionalProperties', 'an object or a boolean');
  }
  const named = schema.get('properties');
  const patterned = schema.get('patternProperties');
  const known = new Set(isDocument(named) ? [...named.entries()].map(([name]) => name) : []);
  const patterns = isDocument(patterned) ? [...patterned.entries()].map(([text]) => namePattern(text)) : [];
  const inner = operand === false ? undefined : parse('additionalProperties', operand);
  const failing = (value: Value): readonly (readonly [string, Value])[] =>
    [...(isDocument(value) ? value.entries() : [])].filter(
      ([name, property]) =>
        !known.has(name) && !patterns.some(({ test }) => test(name)) && inner?.accepts(property) !== true,
    );
  return {
    accepts: (value) => failing(value).length === 0,
    explain: (value) => {
      const found = failing(value);
      const [first] = found;
      if (inner !== undefined && first !== undefined) {
        return buildDocument({
          operatorName: 'additionalProperties',
          reason: 'at least one additional property did not match the subschema',
          failingProperty: first[0],
          ...details(inner, first[1]),
        });
      }
      return buildDocument({
        operatorName: 'additionalProperties',
        specifiedAs: { additionalProperties: false },
        additionalProperties: found.map(([name]) => name),
      });
    },
  };
};

const dependencies: RuleParser = (operand, _schema, parse) => {
  const rules = [...documentOf('dependencies', operand).entries()].map(([name, dependency]) =>
    Array.isArray(dependency)
      ? { name, names: namesOf('dependencies', dependency), schema: undefined }
      : { name, names: [], schema: parse('dependencies', dependency) },
  );
  const failing = (value: Value): readonly Literal[] =>
    rules.flatMap(({ name, names, schema }): readonly Literal[] => {
      if (!isDocument(value) || !value.has(name)) return [];
      const missing = names.filter((other) => !value.has(other));
      if (missing.length > 0) return [{ conditionalProperty: name, missingProperties: missing }];
      if (schema === undefined || schema.accepts(value)) return [];
      return [{ conditionalProperty: name, ...details(schema, value) }];
    });
  return {
    accepts: (value) => failing(value).length === 0,
    explain: (value) => buildDocument({ operatorName: 'dependencies', failingDependencies: failing(value) }),
  };
};

const items: RuleParser = (operand, _schema, parse) => {
  if (!Array.isArray(operand) && !isDocument(operand)) throw mistyped('items', 'an array or an object');
  const single = Array.isArray(operand) ? undefined : parse('items', operand);
  const positional = Array.isArray(operand) ? operand.map((inner) => parse('items', inner)) : [];
  const schemaAt = (index: number): Schema | undefined => single ?? positional[index];
  const failing = (value: Value): readonly number[] =>
    (Array.isArray(value) ? value : []).flatMap((item, index) =>
      schemaAt(index)?.accepts(item) === false ? [index] : [],
    );
  return {
    accepts: (value) => failing(value).length === 0,
    explain: (value) => {
      const explained = failing(value).map((index) => {
        const schema = schemaAt(index);
        const item = Array.isArray(value) ? (value[index] ?? null) : null;
        return { itemIndex: index, ...(schema === undefined ? {} : details(schema, item)) };
      });
      if (single === undefined) return buildDocument({ operatorName: 'items', details: explained });
      return buildDocument({
        operatorName: 'items',
        reason: 'At least one item did not match the sub-schema',
        ...explained[0],
      });
    },
  };
};

const additionalItems: RuleParser = (operand, schema, parse) => {
  if (typeof operand !== 'boolean' && !isDocument(operand)) throw mistyped('additionalItems', 'an object or a boolean');
  const listed = schema.get('items');
  // Without a list of schemas in `items` there are no further items to speak of.
  if (operand === true || !Array.isArray(listed)) return undefined;
  const inner = operand === false ? undefined : parse('additionalItems', operand);
  const rest = (value: Value): readonly Value[] => (Array.isArray(value) ? value.slice(listed.length) : []);
  return {
    accepts: (value) => rest(value).every((item) => inner?.accepts(item) === true),
    explain: (value) => {
      const position = rest(value).findIndex((item) => inner?.accepts(item) !== true);
      if (inner === undefined) {
        return failure('additionalItems', { additionalItems: false }, 'found additional items', value, {
          additionalItems: rest(value).map(verbatim),
        });
      }
      return buildDocument({
        operatorName: 'additionalItems',
        reason: 'At least one additional item did not match the sub-schema',
        itemIndex: listed.length + position,
        ...details(inner, rest(value)[position] ?? null),
      });
    },
  };
};

function combination(keyword: 'allOf' | 'anyOf' | 'oneOf'): RuleParser {
  return (operand, _schema, parse) => {
    if (!Array.isArray(operand)) throw mistyped(keyword, 'an array');
    if (operand.length === 0) throw invalid(keyword, 'must be a non-empty array');
    const schemas = operand.map((inner) => parse(keyword, inner));
    const met = (value: Value): readonly number[] =>
      schemas.flatMap((schema, index) => (schema.accepts(value) ? [index] : []));
    return {
      accepts: (value) => {
        const count = met(value).length;
        if (keyword === 'allOf') return count === schemas.length;
        return keyword === 'oneOf' ? count === 1 : count > 0;
      },
      explain: (value) => {
        const indexes = met(value);
        if (keyword === 'oneOf' && indexes.length > 1) {
          return buildDocument({
            operatorName: keyword,
            reason: 'more than one subschema matched',
            matchingSchemaIndexes: indexes,
          });
        }
        return buildDocument({
          operatorName: keyword,
          schemasNotSatisfied: schemas.flatMap((schema, index) =>
            indexes.includes(index) ? [] : [{ index, ...details(schema, value) }],
          ),
        });
      },
    };
  };
}

const not: RuleParser = (operand, _schema, parse) => {
  const inner = parse('not', operand);
  return {
    accepts: (value) => !inner.accepts(value),
    explain: () => buildDocument({ operatorName: 'not', reason: 'child expression matched' }),
  };
};

/** The keywords that look into properties, items or other schemas. */
export const NESTED_RULES: readonly (readonly [string, RuleParser])[] = [
  ['required', required],
  ['properties', properties],
  ['patternProperties', patternProperties],
  ['additionalProperties', additionalProperties],
  ['dependencies', dependencies],
  ['items', items],
  ['additionalItems', additionalItems],
  ['allOf', combination('allOf')],
  ['anyOf', combination('anyOf')],
  ['oneOf', combination('oneOf')],
  ['not', not],
];
