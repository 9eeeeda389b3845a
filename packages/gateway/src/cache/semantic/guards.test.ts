import { describe, expect, it } from 'vitest';
import { findObjection, guards, hasSameWords } from './guards.ts';
import { readQuestion } from './question.ts';

type Pair = readonly [string, string];

/** For each guard what it must tell apart, and what it must let pass. */
const cases: Readonly<
  Record<keyof typeof guards, { readonly apart: readonly Pair[]; readonly alike: readonly Pair[] }>
> = {
  numbers: {
    apart: [
      ['What is 15 percent of 80?', 'What is 18 percent of 80?'],
      ['Top 5 books', 'Top ten books'],
      ['Explain error E1001', 'Explain error E1002'],
      ['the second law of thermodynamics', 'the third law of thermodynamics'],
      ['Is GPT-4 good?', 'Is GPT-5 good?'],
      ['Add 3.5 and 2', 'Add 3.6 and 2'],
    ],
    alike: [
      ['Top 5 books', 'five top books'],
      ['What is 1,000 plus 1?', 'What is 1000 plus 1?'],
      ['the 2nd law', 'the second law'],
      ['no numbers', 'none at all'],
    ],
  },
  units: {
    apart: [
      ['Convert 5 km', 'Convert 5 miles'],
      ['How hot is it in celsius', 'How hot is it in fahrenheit'],
      ['Costs 5 €', 'Costs 5 $'],
      ['I have 10MB', 'I have 10GB'],
    ],
    alike: [
      ['Convert 5 km', 'Convert 5 kilometres'],
      ['5 USD', '5 dollars'],
      ['3 hrs', '3 hours'],
    ],
  },
  symbols: {
    apart: [
      ['Is x < y?', 'Is x > y?'],
      ['5 + 3', '5 - 3'],
      ['What does a == b do', 'What does a != b do'],
    ],
    alike: [
      ['Is it well-known?', 'Is it well known!'],
      ['5 + 3', '5+3?'],
    ],
  },
  literals: {
    apart: [
      ['Translate "good morning"', 'Translate "good night"'],
      ['What does `ls -l` do', 'What does `ls -a` do'],
      ['Summarise https://example.com/a', 'Summarise https://example.com/b'],
    ],
    alike: [['Translate "cat" to German', 'to German please: "cat"']],
  },
  antonyms: {
    apart: [
      ['How to increase the volume', 'How to decrease the volume'],
      ['the largest planet', 'the smallest planet'],
      ['How do I install it', 'How do I uninstall it'],
      ['legal ways', 'illegal ways'],
      ['advantages of solar power', 'disadvantages of solar power'],
      ['how to enable logging', 'how to disable logging'],
      ['Is it reversible', 'Is it irreversible'],
    ],
    alike: [
      ['How to open and close it', 'How to close and open it'],
      ['the largest planet', 'the biggest planet'],
      ['How to increase the volume', 'How to raise the volume'],
    ],
  },
  negation: {
    apart: [
      ['Is it safe to eat?', 'Is it not safe to eat?'],
      ['foods with sugar', 'foods without sugar'],
      ['Why does it work', "Why doesn't it work"],
      ['Ist das erlaubt?', 'Ist das nicht erlaubt?'],
    ],
    alike: [
      ["It isn't never used", 'It is used'],
      ["Why can't I log in", 'Why can I not log in'],
    ],
  },
  names: {
    apart: [
      ['Who founded Rome?', 'Who founded Athens?'],
      ['capital of france', 'capital of spain'],
      ['sort a list in python', 'sort a list in ruby'],
      ['Who wrote Emma?', 'Who wrote Ulysses?'],
      ['What is NATO?', 'What is OPEC?'],
      ['Is C++ hard', 'Is C hard'],
    ],
    alike: [
      ['What is the capital of France?', "what is france's capital"],
      ['Explain Docker', 'explain docker'],
      ['What is DNA', 'what is dna'],
    ],
  },
  language: {
    apart: [
      ['What is the sun?', 'Was ist die Sonne?'],
      ['Qui est le roi ?', 'Who is the king?'],
      ['Что такое солнце', 'What is the sun'],
    ],
    alike: [
      ['What is the sun?', 'the sun: what is it'],
      ['sun', 'What is the sun'],
    ],
  },
  kind: {
    apart: [
      ['When was the wheel invented', 'Where was the wheel invented'],
      ['How many people', 'How old people'],
      ['How is bread made', 'Who made bread'],
      ['Why is the sky blue', 'Is the sky blue'],
    ],
    alike: [
      ['What is gravity', 'Explain gravity'],
      ['How do I reset it', 'What are the steps to reset it'],
      ['Can you tell me what gravity is', 'What is gravity'],
    ],
  },
  tense: {
    apart: [
      ['Who is the king', 'Who was the king'],
      ['What does it do', 'What will it do'],
    ],
    alike: [['Who is the king', 'Tell me who the king is']],
  },
  form: {
    apart: [
      ['Explain gravity', 'Explain gravity briefly'],
      ['fruits as a table', 'fruits as a list'],
      ['Write a poem about love', 'Write a story about love'],
    ],
    alike: [['Give me a list of fruits', 'a list of fruits please']],
  },
  quantifiers: {
    apart: [
      ['Delete all files', 'Delete any files'],
      ['planets except gas giants', 'planets with gas giants'],
    ],
    alike: [['every file', 'all files']],
  },
  owners: {
    apart: [['What is my name', 'What is your name']],
    alike: [['How do I reset my phone', 'How do I reset a phone']],
  },
  subject: {
    apart: [
      ['What is a debit card?', 'What is a credit card?'],
      ['How do I cook lasagna?', 'How is goulash cooked?'],
      ['How do I replace the carburettor of a car?', 'How do I replace the starter motor of a car?'],
      ['What is eaten by lynxes?', 'What do storks eat?'],
      ['Describe mitosis', 'Describe meiosis'],
    ],
    alike: [
      ['How do I fix this error?', 'How can I repair these errors?'],
      ['How do I reset my password?', 'I forgot my password, how do I set a new one?'],
      ['What is a cache?', 'Tell me what caches are'],
    ],
  },
  order: {
    apart: [
      ['Convert dollars to euros', 'Convert euros to dollars'],
      ['Do cats eat mice', 'Do mice eat cats'],
      ['Is Rome older than Athens', 'Is Athens older than Rome'],
      ['subtract 5 from 9', 'subtract 9 from 5'],
      ['flights from Berlin to Oslo', 'flights from Oslo to Berlin'],
      ['translate from English into French', 'translate from French into English'],
    ],
    alike: [
      ['Convert dollars to euros', 'How can I convert dollars to euros?'],
      ['flights from Berlin to Oslo', 'cheap flights from Berlin to Oslo'],
    ],
  },
};

describe.each(Object.entries(cases))('the guard of %s', (name, { apart, alike }) => {
  const guard = Object.entries(guards).find(([known]) => known === name)?.[1];
  if (guard === undefined) throw new Error(`There is no guard of ${name}`);

  it.each(apart)('tells apart: %s | %s', (one, other) => {
    expect(guard(readQuestion(one), readQuestion(other))).toBe(false);
    expect(guard(readQuestion(other), readQuestion(one))).toBe(false);
    expect(findObjection(readQuestion(one), readQuestion(other), false)).toBeDefined();
  });

  it.each(alike)('lets pass: %s | %s', (one, other) => {
    expect(guard(readQuestion(one), readQuestion(other))).toBe(true);
    expect(guard(readQuestion(other), readQuestion(one))).toBe(true);
  });
});

describe('the words of substance', () => {
  it.each([
    ['How do I bake bread?', 'How do I bake sourdough bread?'],
    ['What is a mortgage?', 'What is a reverse mortgage?'],
  ])('tells apart: %s | %s', (one, other) => {
    expect(hasSameWords(readQuestion(one), readQuestion(other))).toBe(false);
    expect(findObjection(readQuestion(one), readQuestion(other), true)).toBe('words');
    expect(findObjection(readQuestion(one), readQuestion(other), false)).toBeUndefined();
  });

  it.each([
    ['What is the capital of France?', 'Please tell me what the capital of France is'],
    ['How do I fix this error?', 'how can I repair these errors'],
    ['Explain recursion', 'could you explain recursion?'],
  ])('lets pass: %s | %s', (one, other) => {
    expect(findObjection(readQuestion(one), readQuestion(other), true)).toBeUndefined();
  });
});
