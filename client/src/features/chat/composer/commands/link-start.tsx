import { agentIdSchema, agentsEndpoint, maxPromptLength } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import * as z from 'zod/mini';
import { useReuseTexts } from '../../../../lib/i18n/use-reuse-texts.ts';
import { agentQuery } from '../../../../lib/query/agent-queries.ts';
import { showToast } from '../../../../ui/toast-store.ts';
import type { ChatLink } from '../../chat-link.ts';
import type { useChatActions } from '../../use-chat-actions.ts';
import { isSameChoice } from '../answerer-options.ts';
import type { ModelChoice } from '../model-choice.ts';
import { findAnswerer } from './find-answerer.ts';
import { usePromptInsert } from './use-prompt-insert.ts';
import { VariablesDialog } from './variables-dialog.tsx';

export interface LinkStartProps {
  readonly link: ChatLink;
  readonly actions: ReturnType<typeof useChatActions>;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

/** Each is followed once, whatever is mounted how often. */
const followed = new WeakSet<ChatLink>();

/** Begins a chat as its link says: who answers, what is asked, and whether it is sent at once. */
export function LinkStart({ link, actions, field }: LinkStartProps) {
  const { link: texts } = useReuseTexts();
  const client = useQueryClient();
  const [due, setDue] = useState<{ readonly text: string; readonly answerer: ModelChoice | undefined }>();
  const write = (text: string) => {
    const typed = actions.text;
    actions.change(typed.trim() === '' || typed.startsWith(text) ? text : `${text}\n${typed}`);
    field.current?.focus();
  };
  const prompts = usePromptInsert(write);

  const isUsable = async (choice: ModelChoice): Promise<boolean> => {
    if (choice.endpoint !== agentsEndpoint || choice.spec !== undefined) return true;
    const id = z.safeParse(agentIdSchema, choice.model);
    if (!id.success || !actions.listsAgents) return false;
    // Whatever the reason, an agent that cannot be looked at cannot answer now.
    return await client.fetchQuery({ ...agentQuery(id.data), staleTime: 60_000 }).then(
      ({ disabled }) => !disabled,
      () => false,
    );
  };

  const follow = useEffectEvent(async () => {
    followed.add(link);
    const found = findAnswerer(link, actions);
    const answerer = found.choice && (await isUsable(found.choice)) ? found.choice : undefined;
    const isUnknown = found.wanted !== undefined && answerer === undefined;
    if (answerer) actions.choose(answerer);
    const text = link.prompt ?? '';
    const mayWait = !link.submit || isUnknown || text.length > maxPromptLength;
    const isSent = !mayWait && text.trim() !== '' && !actions.without.includes('auto-submit');
    if (isUnknown) {
      const wanted = (found.wanted ?? '').slice(0, 60);
      const instead = actions.agent?.name ?? actions.spec?.label ?? actions.choice?.model;
      const notice = instead === undefined ? texts.unknownAlone(wanted) : texts.unknown(wanted, instead);
      showToast({ text: link.submit ? `${notice} ${texts.notSent}` : notice, durationMs: 12_000 });
    }
    if (isSent) setDue({ text, answerer });
    else if (text !== '') write(text);
    if (link.use !== undefined) prompts.use(link.use);
  });
  const isReady = !actions.isLoading && !actions.failed;
  useEffect(() => {
    // A task later: what it does shows on the page.
    const timer = isReady && !followed.has(link) ? setTimeout(() => void follow()) : undefined;
    return () => clearTimeout(timer);
  }, [isReady, link]);

  const send = useEffectEvent((text: string) => {
    setDue(undefined);
    actions.ask(text);
  });
  const isDue = due !== undefined && actions.choice !== undefined;
  const isChosen = due?.answerer === undefined || isSameChoice(actions.choice, due.answerer);
  useEffect(() => {
    const timer = isDue && isChosen ? setTimeout(() => send(due.text)) : undefined;
    return () => clearTimeout(timer);
  }, [due, isDue, isChosen]);

  return <VariablesDialog prompts={prompts} />;
}
