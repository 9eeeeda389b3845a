import type { InputAnswer } from '@parley/contracts';
import * as z from 'zod/mini';
import { cleanLine, cleanText } from '../../clean-text.ts';
import type { Tool, ToolInput } from '../tool.ts';
import { builtInSpec } from './built-in-spec.ts';

const parsedInput = z.object({
  questions: z.array(
    z.object({
      question: z.string(),
      choices: z._default(z.array(z.string()), []),
      allow_multiple: z._default(z.boolean(), false),
    }),
  ),
});

/** Asks the person who reads, and waits as long as it takes. */
export const askUser: Tool = {
  spec: builtInSpec({
    name: 'ask_user',
    title: 'Ask you',
    summary: 'Asks you questions when it cannot go on well without an answer.',
    description:
      'Asks the user up to four questions and waits for the answers. Use it when you cannot go on well without knowing. Offer choices where there are few; the user may always answer in other words.',
    needsNoApproval: true,
    inputSchema: {
      type: 'object',
      properties: {
        questions: {
          type: 'array',
          minItems: 1,
          maxItems: 4,
          items: {
            type: 'object',
            properties: {
              question: { type: 'string', minLength: 1, maxLength: 2_000 },
              choices: { type: 'array', maxItems: 12, items: { type: 'string', minLength: 1, maxLength: 200 } },
              allow_multiple: { type: 'boolean', description: 'Whether several choices may be taken.' },
            },
            required: ['question'],
            additionalProperties: false,
          },
        },
      },
      required: ['questions'],
      additionalProperties: false,
    },
  }),

  inputNeeded(input) {
    return Promise.resolve({ kind: 'questions' as const, questions: questionsOf(input) });
  },

  run(input, { answer }) {
    if (answer?.kind !== 'answers') {
      return Promise.resolve({ output: 'The user did not want to answer.', failed: answer === undefined });
    }
    return Promise.resolve({ output: describeAnswers(input, answer), failed: false });
  },
};

function questionsOf(input: ToolInput) {
  return parsedInput.parse(input).questions.map(({ question, choices, allow_multiple: multiple }, index) => ({
    id: String(index + 1),
    text: cleanText(question, 2_000),
    choices: [...new Set(choices.map((choice) => cleanLine(choice, 200)))].filter((choice) => choice !== ''),
    multiple,
  }));
}

/** Answers are told by the number of their question; what answers no question is left out. */
function describeAnswers(input: ToolInput, { answers }: Extract<InputAnswer, { kind: 'answers' }>): string {
  return questionsOf(input)
    .map(({ id, text }) => {
      const given = answers.find((answer) => answer.id === id);
      const words = [...(given?.choices ?? []), given?.text.trim() ?? ''].filter((word) => word !== '');
      return `Question: ${text}\nAnswer: ${words.length === 0 ? '(none)' : words.join('; ')}`;
    })
    .join('\n\n');
}
