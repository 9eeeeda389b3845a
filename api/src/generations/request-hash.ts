import { createHash } from 'node:crypto';
import type { AnswerBody, ComparisonBody, InputAnswer, StartGenerationBody } from '@parley/contracts';
import { keptSettings } from './kept-settings.ts';

/** SHA-256 of what is asked for, by which a repeated request is recognised. */
export function hashRequest(body: Omit<StartGenerationBody, 'generationId'>): string {
  const { parentMessageId, text, endpoint, model, files = [], quotes = [], temporary, projectId } = body;
  return hashChosen([parentMessageId, text, endpoint, model], {
    ...choiceOf(body),
    files: files.length === 0 ? undefined : [...new Set(files)],
    quotes: quotes.length === 0 ? undefined : quotes.map((quote) => [quote.messageId, quote.text]),
    ...toldOf(body),
    temporary: temporary === true ? true : undefined,
    projectId,
  });
}

/** The same of a request for another answer; no question has such a hash. */
export function hashAnswerRequest(body: Omit<AnswerBody, 'generationId'>): string {
  const { userMessageId, endpoint, model, guidance, continues } = body;
  const asked = ['answer', userMessageId, endpoint, model];
  return hashChosen(asked, { ...choiceOf(body), ...toldOf(body), guidance, continues });
}

/** The same of a request for answers side by side. */
export function hashComparisonRequest({ blind, answers, ...asked }: ComparisonBody): string {
  const { parentMessageId, text, files = [], quotes = [], temporary, projectId } = asked;
  const about = { files: [...new Set(files)], quotes: quotes.map((quote) => [quote.messageId, quote.text]) };
  const place = { temporary: temporary === true, projectId };
  const answerers = answers.map((answer) => {
    const { generationId, endpoint, model } = answer;
    return { generationId, endpoint, model, ...choiceOf(answer), ...toldOf(answer) };
  });
  return hash(['comparison', parentMessageId, text, about, place, blind, answerers]);
}

function choiceOf({ tools, agentVersion }: Pick<AnswerBody, 'tools' | 'agentVersion'>) {
  return { tools, agentVersion };
}

function toldOf({ settings, spec }: Pick<AnswerBody, 'settings' | 'spec'>) {
  return { settings: keptSettings(settings), spec };
}

/** Requests from before there was anything to choose keep their hash. */
function hashChosen(asked: readonly unknown[], chosen: Readonly<Record<string, unknown>>): string {
  const isChosen = Object.values(chosen).some((value) => value !== undefined);
  return hash(isChosen ? [...asked, chosen] : asked);
}

/** SHA-256 of an answer to what a call asks. */
export function hashInput(callId: string, answer: InputAnswer): string {
  return hash([callId, answer]);
}

/** SHA-256 of the text of a command. */
export function hashCommand(text: string): string {
  return hash([text]);
}

function hash(values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}
