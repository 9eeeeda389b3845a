import type { Texts } from '../../../../lib/i18n/use-texts.ts';
import type { FieldValue, FormField } from './form-fields.ts';

type Errors = Texts['tools']['form']['errors'];

/** What is wrong with the value of a field, for the person who fills it in; `undefined` when nothing is. */
export function checkField({ type, isRequired }: FormField, value: FieldValue, errors: Errors): string | undefined {
  if (typeof value === 'boolean') return undefined;
  if (value.length === 0) return isRequired ? errors.required : undefined;
  if (typeof value !== 'string') {
    if (type.kind !== 'choices') return undefined;
    if (value.length < type.least) return errors.tooFew(type.least);
    return value.length > type.most ? errors.tooMany(type.most) : undefined;
  }
  if (type.kind === 'number') return checkNumber(type, value, errors);
  if (type.kind !== 'text') return undefined;
  if (value.length < type.least) return errors.tooShort(type.least);
  if (value.length > type.most) return errors.tooLong(type.most);
  return checkFormat(type.format, value, errors);
}

/** The filled-in form as JSON: numbers as numbers, and nothing of what was left empty. */
export function formContent(fields: readonly FormField[], valueOf: (field: FormField) => FieldValue): string {
  const entries = fields.flatMap((field) => {
    const value = valueOf(field);
    if (typeof value !== 'boolean' && value.length === 0) return [];
    return [[field.name, field.type.kind === 'number' ? Number(value) : value] as const];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

function checkNumber(
  { isWhole, least, most }: Extract<FormField['type'], { kind: 'number' }>,
  text: string,
  errors: Errors,
): string | undefined {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return errors.number;
  if (isWhole && !Number.isSafeInteger(value)) return errors.integer;
  if (least !== undefined && value < least) return errors.atLeast(least);
  return most !== undefined && value > most ? errors.atMost(most) : undefined;
}

type Format = Extract<FormField['type'], { kind: 'text' }>['format'];

function checkFormat(format: Format, value: string, errors: Errors): string | undefined {
  switch (format) {
    case 'email':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? undefined : errors.email;
    case 'uri':
      return URL.canParse(value) ? undefined : errors.uri;
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? undefined : errors.date;
    case 'date-time':
      return Number.isNaN(Date.parse(value)) ? errors.dateTime : undefined;
    default:
      return undefined;
  }
}
