import { serialize } from 'bson';
import { expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { Document } from './document.ts';

function documentOf(fields: Record<string, unknown>): Document {
  return new Document(Buffer.from(serialize(fields)));
}

/** A document of texts as their bytes, in which a name may come twice. */
function textsOf(...fields: readonly (readonly [string, Uint8Array])[]): Document {
  const elements = fields.map(([name, text]) => {
    const length = Buffer.alloc(4);
    length.writeInt32LE(text.length + 1);
    return Buffer.concat([Buffer.from([2]), Buffer.from(`${name}\0`), length, text, Buffer.from([0])]);
  });
  const bytes = Buffer.concat([Buffer.alloc(4), ...elements, Buffer.from([0])]);
  bytes.writeInt32LE(bytes.length);
  return new Document(bytes);
}

it('answers the same with its fields found once or each time', () => {
  const fields = { find: 'items', filter: { é: 1 }, größe: null, list: [1, 'x'], $db: 'test' };
  const [plain, indexed] = [documentOf(fields), documentOf(fields)];
  indexed.index();
  for (const name of [...Object.keys(fields), 'missing', '']) {
    expect(indexed.get(name)).toEqual(plain.get(name));
    expect(indexed.has(name)).toBe(Object.hasOwn(fields, name));
    expect(plain.has(name)).toBe(Object.hasOwn(fields, name));
  }
  expect([...indexed.names()]).toEqual([...plain.names()]);
  expect(indexed.firstName()).toBe('find');
  expect([...indexed.entries()]).toEqual([...plain.entries()]);
  indexed.fields.set('find', 'others');
  expect([indexed.get('find'), indexed.firstName(), indexed.has('filter')]).toEqual(['others', 'find', true]);
});

it('tells whether a field is the same in two documents, bit by bit', () => {
  const one = documentOf({ text: 'x', number: 1, list: [{ a: 1 }], only: true });
  const other = documentOf({ list: [{ a: 1 }], number: 1.5, text: 'x', more: null });
  const same = ['text', 'number', 'list', 'only', 'more', 'missing'].map((name) => one.hasSame(name, other));
  expect(same).toEqual([true, false, true, false, false, true]);
  other.fields.set('number', 1);
  expect([one.hasSame('text', other), other.hasSame('text', one)]).toEqual([false, false]);
});

it('takes the first of two fields with one name', () => {
  const document = textsOf(['a', Buffer.from('first')], ['a', Buffer.from('second')]);
  expect(document.get('a')).toBe('first');
  document.index();
  expect(document.get('a')).toBe('first');
});

it('knows a text by its bytes', () => {
  const document = documentOf({ n: 1, text: 'größer', list: ['größer'] });
  expect(document.isText('text', Buffer.from('größer'))).toBe(true);
  expect(document.isText('text', Buffer.from('größe'))).toBe(false);
  expect(document.isText('text', Buffer.from('grösser'))).toBe(false);
  for (const name of ['n', 'list', 'missing']) expect(document.isText(name, Buffer.from('größer'))).toBeUndefined();
  document.fields.set('text', 'other');
  expect(document.isText('text', Buffer.from('größer'))).toBeUndefined();
});

it('keeps bytes that are all its own and copies those that are a part', () => {
  const chunk = Buffer.from(new ArrayBuffer(64));
  chunk.writeInt32LE(5);
  const part = new Document(chunk.subarray(0, 5));
  part.detach();
  chunk.writeInt32LE(9);
  expect(part.bytes?.readInt32LE()).toBe(5);
  expect(part.fields.size).toBe(0);
  expect(() => part.detach()).toThrow(TypeError);
});

it('writes texts of any letters and lengths', () => {
  for (const text of [
    '',
    'abc',
    'ab\0c',
    'grö',
    'ö',
    '漢字',
    '😀',
    'x'.repeat(24),
    'x'.repeat(25),
    `${'x'.repeat(23)}ö`,
  ]) {
    const writer = new ByteWriter(1);
    writer.byte(7);
    expect(writer.text(text)).toBe(Buffer.byteLength(text));
    writer.byte(8);
    expect(writer.finish().toString('latin1')).toBe(`\x07${Buffer.from(text).toString('latin1')}\x08`);
  }
});
