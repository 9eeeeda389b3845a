import { describe, expect, test } from 'vitest';
import type { ModelRequest } from '../../core/model-request.ts';
import { guidePages } from '../../testing/guide-pages.ts';
import { readSuggestion } from './guide-languages.ts';
import type { GuideScript } from './guide-script.ts';
import { planAnswer } from './plan-answer.ts';
import { createSectionIndex } from './section-index.ts';

const index = createSectionIndex(guidePages);

function answerTo(...texts: readonly string[]): GuideScript {
  const turns: ModelRequest['turns'] = texts.map((text) => ({ role: 'user', parts: [{ type: 'text', text }] }));
  return planAnswer({ model: 'guide', instructions: [], turns, tools: [], sampling: {} }, index, guidePages);
}

const overview = 'What can Parley do?';
const connect = 'Connect a provider';
const sample = 'Show me a table, code and a formula';

describe('what the app suggests in another language', () => {
  test.each([
    ['Was kann Parley?', overview, /Englisch/],
    ['Einen Anbieter verbinden', connect, /Englisch/],
    ['Zeig mir eine Tabelle, Code und eine Formel', sample, /Englisch/],
    ['Que peut faire Parley ?', overview, /anglais/],
    ['Montre-moi un tableau, du code et une formule', sample, /anglais/],
    ['¿Qué puede hacer Parley?', overview, /inglés/],
    ['Muéstrame una tabla, código y una fórmula', sample, /inglés/],
    ['Parley 能做什么？', overview, /英文/],
    ['给我看一个表格、一段代码和一个公式', sample, /英文/],
    ['ما الذي يستطيع Parley فعله؟', overview, /بالإنجليزية/],
    ['اعرض لي جدولًا وكودًا ومعادلة', sample, /بالإنجليزية/],
  ])('“%s” is answered like “%s”, with the reason for its English', (question, english, reason) => {
    const [note, ...parts] = answerTo(question).parts;
    expect(note).toMatchObject({ type: 'text', text: expect.stringMatching(reason) });
    expect(parts).toEqual(answerTo(english).parts);
  });

  test('is understood without its marks and accents, and as the question before a follow-up', () => {
    expect(readSuggestion('que puede hacer parley')?.english).toBe(overview);
    expect(readSuggestion('  Que peut faire Parley\u202f? ')?.english).toBe(overview);
    expect(answerTo('Einen Anbieter verbinden', 'and with a key?')).toEqual(answerTo(connect, 'and with a key?'));
  });

  test('is nothing else', () => {
    expect(readSuggestion('')).toBeUndefined();
    expect(readSuggestion(overview)).toBeUndefined();
    expect(readSuggestion('Was kann Parley nicht?')).toBeUndefined();
  });
});
