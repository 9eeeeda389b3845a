import { parseJson } from '../../../lib/parse-json.ts';

/** What a sub-agent was asked: the one text among the arguments of its call, or the arguments as they are. */
export function readTask(input: string): string {
  const value = parseJson(input);
  if (typeof value !== 'object' || value === null) return input;
  const texts = Object.values(value).filter((argument) => typeof argument === 'string');
  return texts.length === 1 ? (texts[0] ?? input) : input;
}
