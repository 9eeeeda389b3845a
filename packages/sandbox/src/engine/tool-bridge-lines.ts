import * as z from 'zod/mini';

/** What a program in a box says of a call, one line of JSON each. */
export const toolCallLineSchema = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(64)),
  name: z.string().check(z.minLength(1), z.maxLength(128)),
  input: z.record(z.string(), z.unknown()),
});

/** What it is answered: the result, or the words of an error. */
export const toolAnswerLineSchema = z.object({
  id: z.string(),
  result: z.unknown(),
  isError: z.boolean(),
});
