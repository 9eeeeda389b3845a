import { afterEach, expect, test } from 'vitest';
import { explainProblem, problemWords, titleWords } from './explain-problem.ts';
import { fieldWords } from './field-words.ts';
import { languageStore } from './language-store.ts';

const initial = languageStore.getState();
afterEach(() => languageStore.setState(initial));

const refused = { code: 'upstream-refused', title: 'The provider refused', detail: 'Incorrect API key' };
const full = { code: 'tags-full', title: 'A chat may have no more tags', detail: 'A chat may have 20 tags.' };

test('in English a problem is told in the server’s own words', () => {
  expect([explainProblem(full), explainProblem({ ...full, detail: undefined })]).toEqual([
    'A chat may have 20 tags.',
    'A chat may have no more tags.',
  ]);
  expect(problemWords(refused)).toEqual({ title: 'The provider refused', detail: 'Incorrect API key' });
  expect(fieldWords('Please enter a name')).toBe('Please enter a name');
});

test('in another language it is told by its code, with what only another system can say behind it', () => {
  speak({ 'upstream-refused': 'Der Anbieter hat abgelehnt', 'tags-full': 'Mehr Schlagwörter gehen nicht' });
  expect(explainProblem(full)).toBe('Mehr Schlagwörter gehen nicht.');
  expect(problemWords(full)).toEqual({ title: 'Mehr Schlagwörter gehen nicht' });
  expect(explainProblem(refused)).toBe('Der Anbieter hat abgelehnt. Incorrect API key');
  expect(explainProblem({ ...full, code: 'new-code' })).toBe('A chat may have 20 tags.');
});

test('sentences end as the language ends them', () => {
  speak({ 'upstream-refused': '提供方拒绝了请求' });
  languageStore.setState({ language: 'zh' });
  expect(explainProblem(refused)).toBe('提供方拒绝了请求。Incorrect API key');
  expect(explainProblem({ ...refused, detail: undefined })).toBe('提供方拒绝了请求。');
});

test('a title without its code is told in the reader’s language, where it is one of ours', () => {
  speak({ 'message-not-found': 'Diese Nachricht gibt es nicht' });
  expect(titleWords('This message does not exist')).toBe('Diese Nachricht gibt es nicht');
  expect(titleWords('Something else')).toBe('Something else');
});

test('what a schema says of a field is told in the reader’s language, where it is known', () => {
  speak({ 'Please enter a name': 'Bitte einen Namen eingeben' });
  expect(['Please enter a name', 'Something new'].map(fieldWords)).toEqual([
    'Bitte einen Namen eingeben',
    'Something new',
  ]);
});

function speak(words: Readonly<Record<string, string>>): void {
  languageStore.setState({ translator: { translate: (_, english) => english, message: (_, id) => words[id] } });
}
