import * as z from 'zod/mini';
import { parseJson } from '../../../../lib/parse-json.ts';

/** One field of a form that a server asks to fill in (MCP elicitation). */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly isRequired: boolean;
  readonly start: FieldValue;
  readonly type:
    | {
        readonly kind: 'text';
        readonly format: 'email' | 'uri' | 'date' | 'date-time' | undefined;
        readonly least: number;
        readonly most: number;
      }
    | {
        readonly kind: 'number';
        readonly isWhole: boolean;
        readonly least: number | undefined;
        readonly most: number | undefined;
      }
    | { readonly kind: 'boolean' }
    | { readonly kind: 'choice'; readonly options: readonly Option[] }
    | { readonly kind: 'choices'; readonly options: readonly Option[]; readonly least: number; readonly most: number };
}

interface Option {
  readonly value: string;
  readonly label: string;
}

/** What stands in a field: numbers as they were typed. */
export type FieldValue = string | boolean | readonly string[];

const longestText = 16_000;
const mostFields = 50;

const optionSchema = z.object({ const: z.string(), title: z.optional(z.string()) });
const propertySchema = z.object({
  type: z.enum(['string', 'number', 'integer', 'boolean', 'array']),
  title: z.optional(z.string()),
  description: z.optional(z.string()),
  format: z.optional(z.string()),
  minLength: z.optional(z.number()),
  maxLength: z.optional(z.number()),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
  minItems: z.optional(z.number()),
  maxItems: z.optional(z.number()),
  enum: z.optional(z.array(z.string())),
  enumNames: z.optional(z.array(z.string())),
  oneOf: z.optional(z.array(optionSchema)),
  items: z.optional(z.object({ enum: z.optional(z.array(z.string())), anyOf: z.optional(z.array(optionSchema)) })),
  default: z.optional(z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
});
const formSchema = z.object({
  properties: z.record(z.string(), propertySchema),
  required: z.optional(z.array(z.string())),
});
type Property = z.infer<typeof propertySchema>;

/** The fields of a form by its JSON Schema, in order; `undefined` when it asks for more than flat forms can. */
export function readFormFields(schema: string): FormField[] | undefined {
  const parsed = formSchema.safeParse(parseJson(schema));
  if (!parsed.success) return undefined;
  const { properties, required = [] } = parsed.data;
  const fields = Object.entries(properties).map(([name, property]) =>
    readField(name, property, required.includes(name)),
  );
  return fields.length <= mostFields && fields.every((field) => field !== undefined) ? fields : undefined;
}

function readField(name: string, property: Property, isRequired: boolean): FormField | undefined {
  const type = typeOf(property);
  if (!type) return undefined;
  const { description, title } = property;
  return { name, label: title ?? name, description, isRequired, type, start: startOf(type, property.default) };
}

function typeOf(property: Property): FormField['type'] | undefined {
  const { minimum, maximum } = property;
  switch (property.type) {
    case 'boolean':
      return { kind: 'boolean' };
    case 'number':
    case 'integer':
      return { kind: 'number', isWhole: property.type === 'integer', least: minimum, most: maximum };
    case 'array': {
      const options = optionsOf(property.items?.enum, undefined, property.items?.anyOf);
      const { minItems = 0, maxItems = Infinity } = property;
      return options && { kind: 'choices', options, least: minItems, most: maxItems };
    }
    case 'string': {
      const options = optionsOf(property.enum, property.enumNames, property.oneOf);
      if (options) return { kind: 'choice', options };
      const { minLength = 0, maxLength = longestText } = property;
      return {
        kind: 'text',
        format: formatOf(property.format),
        least: minLength,
        most: Math.min(maxLength, longestText),
      };
    }
    default:
      return property.type satisfies never;
  }
}

function optionsOf(
  values: readonly string[] | undefined,
  names: readonly string[] | undefined,
  titled: readonly z.infer<typeof optionSchema>[] | undefined,
): Option[] | undefined {
  if (titled) return titled.map(({ const: value, title }) => ({ value, label: title ?? value }));
  return values?.map((value, index) => ({ value, label: names?.[index] ?? value }));
}

function formatOf(format: string | undefined) {
  return (['email', 'uri', 'date', 'date-time'] as const).find((known) => known === format);
}

function startOf(type: FormField['type'], start: Property['default']): FieldValue {
  switch (type.kind) {
    case 'boolean':
      return start === true;
    case 'choices':
      return Array.isArray(start) ? start.filter((value) => type.options.some((option) => option.value === value)) : [];
    case 'choice':
      return typeof start === 'string' && type.options.some(({ value }) => value === start) ? start : '';
    default:
      return typeof start === 'string' || typeof start === 'number' ? String(start) : '';
  }
}
