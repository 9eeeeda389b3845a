import { agentsEndpoint, ProblemError } from '@parley/contracts';
import type { FileRef, MessageId } from '@parley/contracts';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { newChatFields } from '../../lib/new-chat.ts';
import { showToast } from '../../ui/toast-store.ts';
import { useAgentVersion } from './composer/agent-version.ts';
import { useModelChoice } from './composer/model-choice.ts';
import { useToolChoice } from './composer/tool-choice.ts';
import { useTurnSettings } from './composer/turn-settings.ts';
import { focusUnlessTouch } from './composer/focus-unless-touch.ts';
import type { ChosenAnswerer, ModelChoice } from './composer/model-choice.ts';
import { useAttachedFiles } from './composer/files/use-attached-files.ts';
import { useDraft } from './composer/use-draft.ts';
import type { PendingTurn, Prompt, Quote, TurnPlace } from './live/turn-store.ts';
import type { AnswerRequest, AskedQuestion } from './thread/thread-turns.ts';
import type { ChatIdentity } from './use-chat-identity.ts';
import type { useConversation } from './use-conversation.ts';
import { planAgain, takePlan } from './compare/compare-store.ts';
import { newGenerationId } from '../../lib/new-id.ts';
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
  /** Told whether a prompt is being written. */
  readonly onTyping: ((isTyping: boolean) => void) | undefined;
}

/** What can be done in a chat: writing, choosing a model, sending, waiting in line, adding, stopping, asking again. */
export function useChatActions({ identity, conversation, initialChoice, field, onSent, onTyping }: ChatActionsOptions) {
  const texts = useTexts();
  const { chat } = texts;
  const { live, leaf, runningId, leadId } = conversation;
  const { key, conversationId } = identity;
  const place = conversationId ?? 'new';
  const draft = useDraft(live.drafts, conversationId);
  const models = useModelChoice(conversation.conversation ?? initialChoice);
  const { choice } = models;
  const attached = useAttachedFiles(live.attached, conversationId);
  const toolChoice = useToolChoice(conversation.conversation?.tools ?? models.begin?.tools, attached.wantsCode);
  const turnSettings = useTurnSettings(conversation.conversation, models.begin?.settings);
  const version = useAgentVersion(models.agent, conversation.conversation?.agent);

  /** Who answers, with the tools that are on and what was set. */
  const answeredBy = (who: ModelChoice): Omit<Prompt, 'text'> => {
    const { tools } = toolChoice;
    const { settings } = turnSettings;
    return {
      ...who,
      ...(tools.length === 0 ? {} : { tools: [...tools] }),
      ...(version.wanted === undefined || who !== choice ? {} : { agentVersion: version.wanted }),
      ...(settings === undefined || models.isFixed || who.endpoint === agentsEndpoint ? {} : { settings }),
    };
  };

  /** Sends what was written to whoever is chosen. */
  const begin = (at: Omit<TurnPlace, 'chat' | 'conversationId'>, { text, files, quotes }: Words) => {
    if (!choice) return;
    const known = quotes.filter(({ messageId }) => conversation.messages.some(({ id }) => id === messageId));
    // Only what begins at once and is no new version can be compared.
    const isPlain = at.behind === undefined && at.version === undefined;
    const plan = isPlain ? takePlan(key) : undefined;
    const [first = choice, ...others] = plan?.answerers ?? [];
    const beside = others.map((who) => ({ generationId: newGenerationId(), ...answeredBy(who) }));
    const prompt: Prompt = {
      text,
      ...answeredBy(first),
      ...(plan === undefined ? {} : { compare: { blind: plan.blind, others: beside } }),
      ...(files.length === 0 ? {} : { files: [...files] }),
      ...(known.length === 0 ? {} : { quotes: known }),
      ...(conversationId === undefined ? newChatFields() : {}),
    };
    live.turns.send({ chat: key, conversationId, ...at }, prompt);
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

  const write = ({ text, files, quotes }: Words) => {
    attached.bring(files);
    if (quotes.length > 0) live.quotes.set(place, [...quotes, ...live.quotes.of(place)].slice(0, 10));
    // As it is by now, not as it was when what failed was sent.
    const typed = field.current?.value ?? '';
    draft.change(typed.trim() === '' ? text : `${text}\n${typed}`);
    field.current?.focus();
  };

  const steer = async (text: string) => {
    if (runningId === undefined) return;
    try {
      await live.steer(runningId, text);
      live.drafts.forget(place, text);
    } catch (error) {
      const isOver = error instanceof ProblemError && error.code === 'generation-over';
      showToast({ text: isOver ? chat.steer.tooLate : `${chat.steer.failed} ${explainError(error, texts)}` });
      write({ ...nothingElse, text });
    }
  };

  const askAgain = useStableCallback(({ parentId, ...words }: AskedQuestion) => {
    if (!choice) return;
    conversation.forgetChoice(parentId);
    begin({ parentMessageId: parentId, version: true }, words);
    onSent();
  });

  const answerAgain = useStableCallback(({ questionId, choice: wanted, guidance, continues }: AnswerRequest) => {
    // Who is chosen may bring more along, such as the entry of the model specs it was taken from.
    const isChosen = wanted?.endpoint === choice?.endpoint && wanted?.model === choice?.model;
    const who = isChosen ? choice : (wanted ?? choice);
    if (!who || conversationId === undefined) return;
    conversation.forgetChoice(questionId);
    const again = {
      ...(guidance === undefined ? {} : { guidance }),
      ...(continues === undefined ? {} : { continues }),
    };
    live.turns.send(
      { chat: key, conversationId, parentMessageId: questionId, again, version: true },
      { text: '', ...answeredBy(who) },
    );
    version.clear();
    onSent();
  });

  const retry = useStableCallback((turn: PendingTurn) => {
    const leads = conversation.line.some(({ behind }) => behind === turn.generationId);
    if (!leads && turn.state === 'failed' && turn.cause instanceof ProblemError && turn.cause.status < 500) {
      // The server refused it, so its id was not used; what it asks may have changed, such as the model.
      live.turns.drop(turn.generationId);
      const { parentMessageId, again, prompt } = turn;
      planAgain(key, prompt);
      if (again && parentMessageId !== null) {
        const { endpoint, model } = prompt;
        answerAgain({ questionId: parentMessageId, choice: { endpoint, model }, ...again });
      } else if (runningId === undefined) send(wordsOf(turn), turn.parentMessageId);
      else ask(wordsOf(turn));
    } else {
      live.turns.retry(turn.generationId);
    }
  });

  const edit = useStableCallback((turn: PendingTurn) => {
    live.turns.drop(turn.generationId);
    planAgain(key, turn.prompt);
    write(wordsOf(turn));
  });

  const remove = useStableCallback((turn: PendingTurn) => {
    live.turns.drop(turn.generationId);
    field.current?.focus();
  });

  const stop = async () => {
    if (runningId === undefined) return;
    const beside = (conversation.compared?.answers ?? []).flatMap(({ generationId: id, status }) =>
      id !== undefined && status === 'running' ? [id] : [],
    );
    const all = [...new Set([runningId, ...beside])];
    if ((await Promise.all(all.map((id) => live.stop(id)))).every(Boolean)) return;
    showToast({ text: chat.composer.stopFailed, tone: 'danger' });
  };

  const line = usePromptLine({ conversation, write, ask, steer: (text) => void steer(text) });

  /** Sends what is in the composer, with the files beside it. */
  const sendWritten = () => {
    const files = live.attached.take(place);
    const quotes = live.quotes.take(place);
    ask({ text: draft.text.trim() || chat.composer.files.text(files.length), files, quotes });
    toolChoice.keepTools();
    draft.clear();
    onTyping?.(false);
  };
  const [held, setHeld] = useState<'files' | 'model'>();
  const release = useEffectEvent(() => {
    setHeld(undefined);
    const isThere = attached.files.length > 0 || (held === 'model' && draft.text.trim() !== '');
    if (isThere && choice && !attached.hasFailed) sendWritten();
  });
  const isUndecided = choice === undefined && models.isLoading;
  const isDue = held !== undefined && !attached.isBusy && !isUndecided;
  useEffect(() => {
    // A task later, as if the button was pressed then.
    const timer = isDue ? setTimeout(() => release()) : undefined;
    return () => clearTimeout(timer);
  }, [isDue]);

  return {
    ...models,
    ...toolChoice,
    attached,
    isHeld: held === 'files',
    /** Whether something can be sent, at once or as soon as it is known who answers. */
    canSend: choice !== undefined || isUndecided,
    /** Files are uploaded at once; the words come after them. */
    attach: (files: readonly File[], arePasted = false) => {
      if (files.length === 0) return;
      attached.add(files, arePasted);
      focusUnlessTouch(field.current);
    },
    hold: () => setHeld(undefined),
    /** Lets somebody answer from now on, with what a preset or a model spec brings along. */
    choose: ({ settings, tools, ...chosen }: ChosenAnswerer) => {
      models.choose(chosen);
      if (settings !== undefined || chosen.spec !== undefined) turnSettings.choose(settings ?? {});
      if (tools !== undefined) toolChoice.chooseTools([...tools]);
    },
    settings: turnSettings.settings,
    chooseSettings: turnSettings.choose,
    version: version.version,
    line,
    text: draft.text,
    notice: noticeOf(chat, models),
    change: (text: string) => {
      draft.change(text);
      onTyping?.(text.trim() !== '');
    },
    leave: () => {
      draft.leave();
      onTyping?.(false);
    },
    ask: (text: string) => {
      ask({ ...nothingElse, text });
      field.current?.focus();
    },
    /** Sends at once, or as soon as the files are uploaded and the models are known. */
    send: () => {
      if (attached.isBusy) setHeld('files');
      else if (isUndecided) setHeld('model');
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
    answerAgain,
    retry,
    edit,
    remove,
  };
}

/** What somebody asks, the files it brings along, and what it is about. */
export interface Words {
  readonly text: string;
  readonly files: readonly FileRef[];
  readonly quotes: readonly Quote[];
}

const nothingElse = { files: [], quotes: [] } as const;

function wordsOf({ prompt }: PendingTurn): Words {
  return { text: prompt.text, files: prompt.files ?? [], quotes: prompt.quotes ?? [] };
}

function noticeOf(
  { composer, model }: ReturnType<typeof useTexts>['chat'],
  { choice, failed, isLoading }: Pick<ReturnType<typeof useModelChoice>, 'choice' | 'failed' | 'isLoading'>,
): string | undefined {
  if (failed) return model.failed;
  return !isLoading && choice === undefined ? composer.noModel : undefined;
}
