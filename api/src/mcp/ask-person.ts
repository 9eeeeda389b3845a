import { Validator } from '@cfworker/json-schema';
import type { McpElicitation, McpElicitationAnswer } from '@parley/mcp';
import type { InputAnswer, ToolSource } from '@parley/contracts';
import * as z from 'zod/mini';
import { parseJson } from '../parse-json.ts';
import { runInTime } from '../run-in-time.ts';
import type { ToolContext } from '../tools/tool.ts';

const mostAttempts = 3;
/** Milliseconds that checking an answer may take: a server's regular expressions can be made to take for ever. */
const longestCheck = 250;
/** UTF-16 units of a question, which becomes a part of the answer. */
const longestMessage = 4_000;
const longestForm = 64 * 1024;
const longestUrl = 4_000;

const contentSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));

/** Puts a server's question to the person whose call it is. What does not fit the form is asked again. */
export async function askPerson(
  question: McpElicitation,
  source: ToolSource,
  context: Pick<ToolContext, 'ask'>,
): Promise<McpElicitationAnswer> {
  if (question.kind === 'url') {
    // Anything but a web address would be opened by something else than a browser.
    if (!/^https?:$/.test(URL.parse(question.url)?.protocol ?? '')) return { action: 'decline' };
    const { url } = question;
    if (url.length > longestUrl) return { action: 'decline' };
    const message = beginningOf(question.message);
    const answer = await context.ask({ kind: 'url', source, message, url });
    return { action: answer.kind === 'accept' ? 'accept' : 'decline' };
  }
  const schema = JSON.stringify(question.schema);
  if (schema.length > longestForm) return { action: 'decline' };
  const asked = beginningOf(question.message);
  let message = asked;
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const answer = await context.ask({ kind: 'form', source, message, schema });
    if (answer.kind !== 'accept') return { action: 'decline' };
    const content = readForm(answer, question.schema);
    if (content !== undefined) return { action: 'accept', content };
    message = `${asked}\n\nThe answer did not fit the form, please look at it once more.`;
  }
  return { action: 'cancel' };
}

function beginningOf(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage).toWellFormed()}…`;
}

function readForm({ content = '{}' }: Extract<InputAnswer, { kind: 'accept' }>, schema: McpFormSchema) {
  const parsed = contentSchema.safeParse(parseJson(content)).data;
  if (parsed === undefined) return undefined;
  return fits(parsed, schema) ? parsed : undefined;
}

/** A form that cannot be checked, or not in time, takes everything: its server looks at it anyhow. */
function fits(content: object, schema: McpFormSchema): boolean {
  try {
    return runInTime(longestCheck, () => new Validator({ ...schema }, '2020-12').validate(content).valid);
  } catch {
    return true;
  }
}

type McpFormSchema = Extract<McpElicitation, { kind: 'form' }>['schema'];
