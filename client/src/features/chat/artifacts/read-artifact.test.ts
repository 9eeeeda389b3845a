import { expect, it } from 'vitest';
import type { CodeNode } from '../../../ui/markdown/document/nodes.ts';
import { readArtifact, shapeOf, toDirective } from './read-artifact.ts';

const code = (language: string, text: string, closed = true, info?: string): CodeNode => ({
  type: 'code',
  language,
  text,
  closed,
  ...(info === undefined ? {} : { info }),
});
const directive = (attributes: string, body: string, closed = true) =>
  readArtifact({ type: 'artifact', attributes, body, closed });
const lines = (count: number) => Array.from({ length: count }, (_, n) => `<p>${String(n)}</p>`).join('\n');

it('is what the directive says, without its fence and without the beginning of its end', () => {
  const given = 'identifier="clock" type="application/vnd.react" title="A clock"';
  const read = { kind: 'react', identifier: 'clock', title: 'A clock', isUnnamed: false, text: 'let a;' };
  expect(directive(given, '```tsx\nlet a;\n```\n')).toMatchObject(read);
  expect(directive(given, '```tsx\nlet a;\n``', false)).toMatchObject(read);
  expect(directive(given, 'let a;\n::', false)).toMatchObject(read);
  expect(directive('type="text/x-unknown"', 'x')).toMatchObject({ kind: 'code', isUnnamed: true });
});

it('has the title that it gives itself, and by that is known in later answers', () => {
  expect(readArtifact(code('html', '<title>My page</title>'))).toMatchObject({
    identifier: 'html:my-page',
    isUnnamed: false,
  });
  expect(readArtifact(code('tsx', 'export default function Board() {}'))).toMatchObject({ identifier: 'react:board' });
  expect(readArtifact(code('tsx', 'export default function App() {}'))).toMatchObject({ isUnnamed: true });
});

it.each([
  ['html', '<!doctype html>', false, 'card'],
  ['html', '<b>x</b>', true, 'button'],
  ['html', '<b>x</b>', false, 'none'],
  ['html', lines(15), false, 'tall-card'],
  ['svg', '<svg viewBox="0 0 1 1"></svg>', true, 'button'],
  ['xml', '<svg viewBox="0 0 1 1"></svg>', true, 'button'],
  ['xml', '<note/>', true, 'none'],
  ['tsx', 'const a = 1;', true, 'none'],
  ['tsx', 'function A() { return <p /> }', true, 'button'],
  ['react', 'x', false, 'card'],
  ['markdown', '# A', true, 'none'],
  ['python', 'x', true, 'none'],
] as const)('%s that reads %j, finished: %s, is shown as %s', (language, text, closed, shape) => {
  expect(shapeOf(code(language, text, closed))).toBe(shape);
});

it('is a card once its author marks it', () => {
  expect(shapeOf(code('markdown', '# A', true, 'title="A"'))).toBe('card');
  expect(shapeOf(code('svg', '<svg>', true, 'artifact'))).toBe('card');
});

it('is written so that it reads the same again, whatever is in it', () => {
  const source = directive('identifier="a" type="text/markdown" title="T"', 'x');
  if (source === undefined) throw new Error('There is no artifact');
  const text = '# A\n\n```js\nlet a;\n```\n\n:::\n````\nb\n````';
  const written = toDirective(source, text);
  const body = written.slice(written.indexOf('\n') + 1, -':::'.length);
  expect(directive('identifier="a" type="text/markdown" edited="true"', body)).toMatchObject({ text, isEdited: true });
});
