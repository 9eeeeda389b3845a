import type { MessageId } from '@parley/contracts';
import { create } from 'zustand';
import type { ModelChoice } from '../composer/model-choice.ts';
import type { Prompt } from '../live/turn-store.ts';

/** Who is to answer the next prompt of a chat at the same time. */
export interface ComparePlan {
  /** Two or three. */
  readonly answerers: readonly ModelChoice[];
  readonly blind: boolean;
}

interface CompareState {
  /** The chat for which somebody chooses what to compare. */
  readonly asking: string | undefined;
  /** By the keys of chats. */
  readonly plans: Readonly<Record<string, ComparePlan>>;
  /** The prompt whose answers are shown side by side again after a choice. */
  readonly reopened: MessageId | undefined;
}

/** What is to be compared on this page. */
export const useCompare = create<CompareState>()(() => ({ asking: undefined, plans: {}, reopened: undefined }));

/** Opens the choice of what to compare in a chat, or closes it. */
export function askWhatToCompare(chat: string | undefined): void {
  useCompare.setState({ asking: chat });
}

/** Has the next prompt of a chat answered by several, or by one again. */
export function planComparison(chat: string, plan: ComparePlan | undefined): void {
  useCompare.setState(({ plans }) => {
    const { [chat]: _, ...others } = plans;
    return { plans: plan === undefined ? others : { ...others, [chat]: plan }, asking: undefined };
  });
}

/** What the next prompt of a chat is to be answered by; nothing is planned there afterwards. */
export function takePlan(chat: string): ComparePlan | undefined {
  const plan = useCompare.getState().plans[chat];
  if (plan !== undefined) planComparison(chat, undefined);
  return plan;
}

/** Plans what a prompt compared that was not sent, where it compared something. */
export function planAgain(chat: string, { compare, ...first }: Prompt): void {
  if (compare === undefined) return;
  const answerers = [first, ...compare.others].map(({ endpoint, model, spec }) => ({
    endpoint,
    model,
    ...(spec === undefined ? {} : { spec }),
  }));
  planComparison(chat, { answerers, blind: compare.blind });
}

/** Shows the answers to a prompt side by side although there is a choice, or not any more. */
export function reopenComparison(question: MessageId | undefined): void {
  useCompare.setState({ reopened: question });
}
