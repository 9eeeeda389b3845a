import { expect, it } from 'vitest';
import { answerOf } from '../testing/messages.ts';
import { artifactKey, findVersions } from './artifact-key.ts';
import { createArtifactCollector } from './collect-artifacts.ts';
import { withVersion } from './save-version.ts';

const clock = (time: string) =>
  `Here.\n\n:::artifact{identifier="clock" type="text/html" title="A clock"}\n\`\`\`html\n${time}\n\`\`\`\n:::\n\nDone.`;
const page = '```html\n<!doctype html>\n<p>One</p>\n```';

function versionsOf(messages: readonly ReturnType<typeof answerOf>[], at: number, number = 0) {
  const collect = createArtifactCollector();
  const all = messages.flatMap((message) => collect(message));
  const opened = all.filter(({ messageId }) => messageId === messages[at]?.id)[number];
  if (!opened) throw new Error('There is no artifact');
  return findVersions(all, artifactKey(opened.messageId, opened));
}

it('has one version for each answer, and the one that was opened is meant', () => {
  const messages = [answerOf(2, 1, clock('12:00')), answerOf(4, 3, clock('13:00')), answerOf(6, 5, page)];
  const { versions, opened } = versionsOf(messages, 0);
  expect(versions.map(({ text }) => text)).toEqual(['12:00', '13:00']);
  expect(opened?.text).toBe('12:00');
});

it('is its message’s alone when it has no name', () => {
  const messages = [answerOf(2, 1, page), answerOf(4, 3, page)];
  expect(versionsOf(messages, 0).versions).toHaveLength(1);
});

it.each([
  ['with a name', clock('12:00')],
  ['without one', page],
])('keeps what a person made of it behind it, %s, and replaces that the next time', (_, text) => {
  const first = versionsOf([answerOf(2, 1, text)], 0).opened;
  if (!first?.place) throw new Error('It has no place');
  const once = withVersion(first, first.place, '<p>Mine</p>');
  expect(once.startsWith(text)).toBe(true);
  const { versions, opened } = versionsOf([answerOf(2, 1, once)], 0, 1);
  expect(versions.map((version) => [version.text, version.isEdited])).toEqual([
    [first.text, false],
    ['<p>Mine</p>', true],
  ]);
  if (!opened?.place) throw new Error('It has no place');
  const twice = withVersion(opened, opened.place, '<p>Ours</p>');
  expect(versionsOf([answerOf(2, 1, twice)], 0).versions.map((version) => version.text)).toEqual([
    first.text,
    '<p>Ours</p>',
  ]);
  expect(twice).not.toContain('Mine');
});
