import type { ModelRequest } from '../../core/model-request.ts';
import { heldOutQuestions, seenQuestions } from './__fixtures__/labelled-questions.ts';
import type { LabelledQuestion } from './__fixtures__/labelled-questions.ts';
import { scoreComplexity } from './score-complexity.ts';

// What the complexity score is worth on questions it was not made for, against a coin and against always asking the
// strong model; and what it costs. The labels are one person's opinion of 64 questions: a direction, not a proof.

const ask = (text: string): ModelRequest => ({
  model: 'auto',
  instructions: [],
  turns: [{ role: 'user', parts: [{ type: 'text', text }] }],
  tools: [],
  sampling: {},
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`.padStart(6);

function curve(name: string, questions: readonly LabelledQuestion[]): void {
  const scored = questions.map(({ text, isHard }) => ({ isHard, score: scoreComplexity(ask(text)).score }));
  const hardCount = scored.filter(({ isHard }) => isHard).length;
  print(`\n${name}: ${scored.length} questions, ${hardCount} hard`);
  print('from score   to the strong model   hard ones it gets   a coin would   hard among those');
  for (const border of [0, 10, 20, 30, 40, 51, 76]) {
    const strong = scored.filter(({ score }) => score >= border);
    const caught = strong.filter(({ isHard }) => isHard).length;
    const share = strong.length / scored.length;
    const cells = [share, caught / hardCount, share, strong.length === 0 ? 0 : caught / strong.length].map(percent);
    print(`${String(border).padStart(10)}   ${cells.join('              ')}`);
  }
}

curve('Questions the points were set with', seenQuestions);
curve('Held-out questions', heldOutQuestions);

const long = ask(`${heldOutQuestions.map(({ text }) => text).join('\n')}\n`.repeat(20));
for (const [name, request] of [
  ['one question', ask(heldOutQuestions[20]?.text ?? '')] as const,
  ['80 kB', long] as const,
]) {
  const rounds = 5000;
  for (let round = 0; round < rounds; round += 1) scoreComplexity(request);
  const from = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) scoreComplexity(request);
  const { user, system } = process.cpuUsage(from);
  print(`\n${name}: ${((user + system) / rounds).toFixed(1)} µs of processor each (goal: at most 100)`);
}
