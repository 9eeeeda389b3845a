import * as z from 'zod/mini';
import { parseJson } from '../../../../lib/parse-json.ts';
import { readUnfinishedTexts } from './read-unfinished-texts.ts';

export interface CodeInput {
  /** As the model wrote it; empty while it has not. */
  readonly lang: string;
  readonly code: string;
  readonly args: readonly string[];
}

const objectSchema = z.record(z.string(), z.unknown());
const argsSchema = z.array(z.string());

/** What a call is asked to run, from its arguments as far as they are written. */
export function readCodeInput(input: string): CodeInput {
  const whole = objectSchema.safeParse(parseJson(input));
  const { lang, code, args } = whole.success ? whole.data : Object.fromEntries(readUnfinishedTexts(input));
  return { lang: textOf(lang), code: textOf(code), args: argsSchema.safeParse(args).data ?? [] };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
