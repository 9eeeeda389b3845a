import { describe, expect, it } from 'vitest';
import { en } from '../../../../locales/en.ts';
import { checkField, formContent } from './check-field.ts';
import { type FieldValue, readFormFields } from './form-fields.ts';

const { errors } = en.tools.form;

function fieldOf(property: object, required = true) {
  const schema = { type: 'object', properties: { it: property }, required: required ? ['it'] : [] };
  const [field] = readFormFields(JSON.stringify(schema)) ?? [];
  if (!field) throw new Error('The schema has no field.');
  return field;
}

const check = (property: object, value: FieldValue, required = true) =>
  checkField(fieldOf(property, required), value, errors);

describe('a server’s form', () => {
  it.each([
    ['nested objects', '{"properties":{"a":{"type":"object","properties":{}}}}'],
    ['lists of anything', '{"properties":{"a":{"type":"array","items":{"type":"object"}}}}'],
    ['no properties', '{"type":"object"}'],
    ['no JSON', '{'],
  ])('is refused when it asks for %s', (_, schema) => {
    expect(readFormFields(schema)).toBeUndefined();
  });

  it('knows the choices however they are written', () => {
    const options = [
      { value: 'a', label: 'First' },
      { value: 'b', label: 'Second' },
    ];
    expect(fieldOf({ type: 'string', enum: ['a', 'b'], enumNames: ['First', 'Second'] }).type).toMatchObject({
      options,
    });
    const titled = [
      { const: 'a', title: 'First' },
      { const: 'b', title: 'Second' },
    ];
    expect(fieldOf({ type: 'string', oneOf: titled }).type).toMatchObject({ kind: 'choice', options });
    expect(fieldOf({ type: 'array', items: { anyOf: titled } }).type).toMatchObject({ kind: 'choices', options });
  });

  it('begins with its defaults', () => {
    expect(fieldOf({ type: 'boolean', default: true }).start).toBe(true);
    expect(fieldOf({ type: 'integer', default: 3 }).start).toBe('3');
    expect(fieldOf({ type: 'string', enum: ['a'], default: 'gone' }).start).toBe('');
    expect(fieldOf({ type: 'array', items: { enum: ['a', 'b'] }, default: ['b', 'c'] }).start).toEqual(['b']);
  });

  it.each<[string, object, FieldValue, string | undefined]>([
    ['nothing', { type: 'string' }, '', errors.required],
    ['a short text', { type: 'string', minLength: 3 }, 'ab', errors.tooShort(3)],
    ['a long text', { type: 'string', maxLength: 1 }, 'ab', errors.tooLong(1)],
    ['an address', { type: 'string', format: 'email' }, 'ada@example.com', undefined],
    ['no address', { type: 'string', format: 'email' }, 'ada', errors.email],
    ['no web address', { type: 'string', format: 'uri' }, 'example', errors.uri],
    ['a day', { type: 'string', format: 'date' }, '2026-02-28', undefined],
    ['no day', { type: 'string', format: 'date' }, '28.2.2026', errors.date],
    ['no number', { type: 'number' }, 'x', errors.number],
    ['half a number', { type: 'integer' }, '1.5', errors.integer],
    ['a small number', { type: 'number', minimum: 2 }, '1', errors.atLeast(2)],
    ['a big number', { type: 'number', maximum: 2 }, '3', errors.atMost(2)],
    ['too few choices', { type: 'array', minItems: 2, items: { enum: ['a', 'b'] } }, ['a'], errors.tooFew(2)],
    ['too many choices', { type: 'array', maxItems: 1, items: { enum: ['a', 'b'] } }, ['a', 'b'], errors.tooMany(1)],
    ['a box that is off', { type: 'boolean' }, false, undefined],
  ])('checks %s', (_, property, value, expected) => {
    expect(check(property, value)).toBe(expected);
  });

  it('leaves out what was left empty, and sends numbers as numbers', () => {
    const fields = [fieldOf({ type: 'number' }), { ...fieldOf({ type: 'string' }, false), name: 'empty' }];
    expect(formContent(fields, ({ name }) => (name === 'it' ? '2.5' : ''))).toBe('{"it":2.5}');
    expect(check({ type: 'string' }, '', false)).toBeUndefined();
  });
});
