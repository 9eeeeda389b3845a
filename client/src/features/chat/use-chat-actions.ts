import { ProblemError } from '@parley/contracts';
import type { FileRef, MessageId } from '@parley/contracts';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { showToast } from '../../ui/toast-store.ts';
import { useAgentVersion } from './composer/agent-version.ts';
import { useModelChoice } from './composer/model-choice.ts';
import { useToolChoice } from './composer/tool-choice.ts';
import { focusUnlessTouch } from './composer/focus-unless-touch.ts';
import type { ModelChoice } from './composer/model-choice.ts';
import { useAttachedFiles } from './composer/files/use-attached-files.ts';
import { useDraft } from './composer/use-draft.ts';
import type { PendingTurn, Prompt, TurnPlace } from './live/turn-store.ts';
import type { AskedQuestion } from './thread/thread-turns.ts';
import type { ChatIdentity } from './use-chat-identity.ts';
import type { useConversation } from './use-conversation.ts';
import { usePromptLine } from './use-prompt-line.ts';
import { useStableCallback } from './use-stable-callback.ts';

export interface ChatActionsOptions {
  readonly identity: ChatIdentity;
  readonly conversation: ReturnType<typeof useConversation>;
  /** What a new chat begins with, unless something else is chosen in it. */
  readonly initialChoice: ModelChoice | undefined;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** After a prompt left the composer. */
  readonly onSent: () => void;
}

/** What can be done in a chat: writing, choosing a model, sending, waiting in line, adding, stopping, asking again. */
export function useChatActions({ identity, conversation, initialChoice, field, onSent }: ChatActionsOptions) {
  const texts = useTexts();
  const { chat } = texts;
  const { live, leaf, runningId, leadId } = conversation;
  const { key, conversationId } = identity;
  const draft = useDraft(live.drafts, conversationId);
  const models = useModelChoice(conversation.conversation ?? initialChoice);
  const { choice } = models;
  const attached = useAttachedFiles(live.attached, conversationId);
  const toolChoice = useToolChoice(conversation.conversation?.tools, attached.wantsCode);
  const version = useAgentVersion(models.agent, conversation.conversation?.agent);

  /** Sends what was written to whoever is chosen, with the tools that are on. */
  const begin = (place: Omit<TurnPlace, 'chat' | 'conversationId'>, { text, files }: Words) => {
    if (!choice) return;
    const { tools } = toolChoice;
    const prompt: Prompt = {
      text,
      ...choice,
      ...(tools.length === 0 ? {} : { tools: [...tools] }),
      ...(version.wanted === undefined ? {} : { agentVersion: version.wanted }),
      ...(files.length === 0 ? {} : { files: [...files] }),
    };
    live.turns.send({ chat: key, conversationId, ...place }, prompt);
    version.clear();
  };

  const send = (words: Words, parentMessageId: MessageId | null) => {
    if (!choice) return;
    begin({ parentMessageId }, words);
    onSent();
  };

  /** Sends now, or as soon as what is being written has ended. */
  const ask = (words: Words) => {
    const parentMessageId = leaf?.id ?? null;
    if (leadId === undefined) send(words, parentMessageId);
    else begin({ parentMessageId, behind: leadId }, words);
  };

  const write = ({ text, files }: Words) => {
    attached.bring(files);
    // As it is by now, not as it was when what failed was sent.
    const typed = field.current?.value ?? '';
    draft.change(typed.trim() === '' ? text : `${text}\n${typed}`);
    field.current?.focus();
  };

  const steer = async (text: string) => {
    if (runningId === undefined) return;
    try {
      await live.steer(runningId, text);
      live.drafts.forget(conversationId ?? 'new', text);
    } catch (error) {
      const isOver = error instanceof ProblemError && error.code === 'generation-over';
      showToast({ text: isOver ? chat.steer.tooLate : `${chat.steer.failed} ${explainError(error, texts)}` });
      write({ text, files: [] });
    }
  };

  const askAgain = useStableCallback(({ parentId, ...words }: AskedQuestion) => {
    if (!choice) return;
    conversation.forgetChoice(parentId);
    begin({ parentMessageId: parentId, version: true }, words);
    onSent();
  });

  const retry = useStableCallback((turn: PendingTurn) => {
    const leads = conversation.line.some(({ behind }) => behind === turn.generationId);
    if (!leads && turn.state === 'failed' && turn.cause instanceof ProblemError && turn.cause.status < 500) {
      // The server refused it, so its id was not used; what it asks may have changed, such as the model.
      live.turns.drop(turn.generationId);
      if (runningId === undefined) send(wordsOf(turn), turn.parentMessageId);
      else ask(wordsOf(turn));
    } else {
      live.turns.retry(turn.generationId);
    }
  });

  const edit = useStableCallback((turn: PendingTurn) => {
    live.turns.drop(turn.generationId);
    write(wordsOf(turn));
  });

  const remove = useStableCallback((turn: PendingTurn) => {
    live.turns.drop(turn.generationId);
    field.current?.focus();
  });

  const stop = async () => {
    if (runningId === undefined || (await live.stop(runningId))) return;
    showToast({ text: chat.composer.stopFailed, tone: 'danger' });
  };

  const line = usePromptLine({ conversation, write, ask, steer: (text) => void steer(text) });

  /** Sends what is in the composer, with the files beside it. */
  const sendWritten = () => {
    const files = live.attached.take(conversationId ?? 'new');
    ask({ text: draft.text.trim() || chat.composer.files.text(files.length), files });
    toolChoice.keepTools();
    draft.clear();
  };
  const [isHeld, setHeld] = useState(false);
  const release = useEffectEvent(() => {
    setHeld(false);
    if (attached.files.length > 0 && !attached.hasFailed) sendWritten();
  });
  const isDue = isHeld && !attached.isBusy;
  useEffect(() => {
    // A task later, as if the button was pressed then.
    const timer = isDue ? setTimeout(() => release()) : undefined;
    return () => clearTimeout(timer);
  }, [isDue]);

  return {
    ...models,
    ...toolChoice,
    attached,
    isHeld,
    /** Files are uploaded at once; the words come after them. */
    attach: (files: readonly File[], arePasted = false) => {
      if (files.length === 0) return;
      attached.add(files, arePasted);
      focusUnlessTouch(field.current);
    },
    hold: () => setHeld(false),
    version: version.version,
    line,
    text: draft.text,
    notice: noticeOf(chat, models),
    change: draft.change,
    leave: draft.leave,
    ask: (text: string) => {
      ask({ text, files: [] });
      field.current?.focus();
    },
    /** Sends at once, or as soon as the files are uploaded. */
    send: () => {
      if (attached.isBusy) setHeld(true);
      else sendWritten();
    },
    /** Present while text can be added to the answer; files cannot. */
    steer:
      conversation.canSteer && attached.files.length === 0
        ? () => {
            void steer(draft.text.trim());
            draft.clear();
          }
        : undefined,
    stop: () => void stop(),
    askAgain,
    retry,
    edit,
    remove,
  };
}

/** What somebody asks, and the files it brings along. */
export interface Words {
  readonly text: string;
  readonly files: readonly FileRef[];
}

function wordsOf({ prompt }: PendingTurn): Words {
  return { text: prompt.text, files: prompt.files ?? [] };
}

function noticeOf(
  { composer, model }: ReturnType<typeof useTexts>['chat'],
  { offered, failed, isLoading }: Pick<ReturnType<typeof useModelChoice>, 'offered' | 'failed' | 'isLoading'>,
): string | undefined {
  if (failed) return model.failed;
  return !isLoading && offered.length === 0 ? composer.noModel : undefined;
}
