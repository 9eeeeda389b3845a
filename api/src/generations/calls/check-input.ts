import { Validator } from '@cfworker/json-schema';
import type { OutputUnit } from '@cfworker/json-schema';
import { runInTime } from '../../run-in-time.ts';
import type { ToolInput, ToolSpec } from '../../tools/tool.ts';

type Checked = { readonly input: ToolInput } | { readonly wrong: string };
type Json = Readonly<Record<string, unknown>>;

/** Most faults that a model or a person is told at once. */
const mostFaults = 5;

/** Milliseconds that a check may take: foreign schemas and their regular expressions can be made to take for ever. */
const longestCheck = 250;

/** `undefined` for a schema that cannot be followed, or not in time. */
const validators = new WeakMap<object, Validator | undefined>();

/** The arguments of a call, or what is wrong with them, in words for the model or the person that wrote them. */
export function checkInput(text: string, spec: Pick<ToolSpec, 'inputSchema'>): Checked {
  const value = parse(text);
  if (value === undefined) return { wrong: 'The input is not valid JSON.' };
  if (!isObject(value)) return { wrong: 'The input is not a JSON object.' };
  const faults = faultsOf(value, spec);
  return faults.length === 0 ? { input: value } : { wrong: `The input does not fit the tool. ${faults.join(' ')}` };
}

/**
 * What is wrong with a value by a JSON Schema, a sentence each. A schema that cannot be followed, or not in time, says
 * nothing: its author checks what it gets.
 */
export function faultsOf(value: unknown, { inputSchema }: Pick<ToolSpec, 'inputSchema'>): string[] {
  let errors: readonly OutputUnit[];
  try {
    errors = runInTime(longestCheck, () => validatorOf(inputSchema)?.validate(value).errors ?? []);
  } catch {
    validators.set(inputSchema, undefined);
    return [];
  }
  const worst = errors.filter(({ keyword }) => !wrapping.has(keyword));
  const told = (worst.length === 0 ? errors : worst).map(sentence);
  return [...new Set(told)].slice(0, mostFaults);
}

/** Keywords that only say that something inside is wrong. */
const wrapping = new Set(['properties', 'items', 'prefixItems', 'additionalProperties', '$ref', 'allOf']);

function sentence({ instanceLocation, error }: OutputUnit): string {
  const place = decodeURIComponent(instanceLocation).replace(/^#\/?/, '').replaceAll('/', '.');
  return place === '' ? error : `“${place}”: ${error}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.trim() === '' ? '{}' : text);
  } catch {
    return undefined;
  }
}

function validatorOf(schema: Json): Validator | undefined {
  if (validators.has(schema)) return validators.get(schema);
  const draft = String(schema['$schema']).includes('draft-07') ? '7' : '2020-12';
  // The validator writes into the schema it is given.
  const validator = new Validator(structuredClone({ ...schema }), draft, false);
  validators.set(schema, validator);
  return validator;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
