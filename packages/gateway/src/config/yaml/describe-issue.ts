import * as z from 'zod/mini';
import { nearestName } from '../nearest-name.ts';

/** A mistake found by the schema, before its place is known. */
export interface FoundMistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The key is at fault, not the value. */
  readonly isKey?: boolean;
}

type Issue = z.core.$ZodIssue;

/** What is wrong, in words for whoever wrote the file; an unknown key is a mistake of its own each. */
export function describeIssue(issue: Issue, schema: z.core.$ZodType): FoundMistake[] {
  const { path } = issue;
  if (issue.code !== 'unrecognized_keys') return [{ path, message: wordsFor(issue) }];
  const known = knownKeys(schema, path);
  return issue.keys.map((key) => {
    const meant = nearestName(key, known);
    const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
    return { path: [...path, key], message: `is not a setting; ${hint}`, isKey: true };
  });
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of names',
};

function wordsFor(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'number' ? `must be at least ${issue.minimum}` : 'must not be empty';
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_key':
      return 'has an empty name';
    default:
      return issue.message === '' || issue.message === 'Invalid input' ? 'cannot be read' : issue.message;
  }
}

/** The keys that an object of the schema has at a path. */
function knownKeys(schema: unknown, path: readonly PropertyKey[]): string[] {
  let found = unwrap(schema);
  for (const step of path) found = unwrap(childOf(found, step));
  return found instanceof z.ZodMiniObject ? Object.keys(found.def.shape) : [];
}

function childOf(schema: unknown, step: PropertyKey): unknown {
  if (schema instanceof z.ZodMiniObject) {
    const shape: Readonly<Record<PropertyKey, unknown>> = schema.def.shape;
    return shape[step];
  }
  if (schema instanceof z.ZodMiniRecord) return schema.def.valueType;
  return schema instanceof z.ZodMiniArray ? schema.def.element : undefined;
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodMiniOptional) return unwrap(schema.def.innerType);
  return schema instanceof z.ZodMiniPipe ? unwrap(schema.def.out) : schema;
}
