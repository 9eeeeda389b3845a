import { agentsEndpoint } from '@parley/contracts';
import type { Message, StepTrace } from '@parley/contracts';
import { listWords } from '../../../lib/i18n/list-words.ts';
import { usePanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import { type Fact, FactList } from './fact-list.tsx';
import { inLocale } from '../../../lib/i18n/in-locale.ts';

const dateAndTime = inLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }));

/** Who wrote an answer, on which ways, and how it ended. */
export function AnswerFacts({ message }: { readonly message: Message }) {
  const { box } = usePanelTexts();
  const { trace = [], endpoint, agent, guidance, finishReason, createdAt, editedAt } = message;
  const asked = endpoint === agentsEndpoint ? trace.map(({ model }) => model) : [message.model];
  const served = trace.flatMap(({ servedBy }) => servedBy ?? []);
  const attempts = trace.reduce((sum, { attempts: tries = 0 }) => sum + tries, 0);
  const facts: Fact[] = [
    [box.agent, agent?.name],
    [box.askedFor, listOf(asked)],
    [box.servedBy, listOf(served.map(({ model }) => model))],
    [box.provider, listOf(served.map(({ provider }) => provider))],
    [box.endpoint, endpoint === agentsEndpoint ? undefined : endpoint],
    [box.attempts, attempts === 0 ? undefined : String(attempts)],
    [box.cached, cachedOf(trace, box.cachedYes, box.cachedNo)],
    [box.guidanceLabel, guidance && box.guidance[guidance]],
    [box.finish, finishReason && box.finishReasons[finishReason]],
    [box.written, dateAndTime().format(new Date(createdAt))],
    [box.edited, editedAt && dateAndTime().format(new Date(editedAt))],
  ];
  return <FactList facts={facts} />;
}

/** Each of them once, in their order. */
function listOf(names: readonly (string | undefined)[]): string | undefined {
  const distinct = new Set(names.filter((name) => name !== undefined));
  return distinct.size === 0 ? undefined : listWords([...distinct]);
}

/** Whether the gateway's cache answered, as far as it says so. */
function cachedOf(trace: readonly StepTrace[], yes: string, no: string): string | undefined {
  const told = trace.filter(({ cached }) => cached !== undefined);
  if (told.length === 0) return undefined;
  return told.some(({ cached }) => cached === true) ? yes : no;
}
