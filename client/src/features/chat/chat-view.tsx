import { agentsEndpoint, ProblemError } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, type RefObject, Suspense, useRef, useState } from 'react';
import { useAnswererChooser } from '../../lib/answerer-chooser.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { configQuery } from '../../lib/query/queries.ts';
import { useInAppLinks } from '../../lib/use-in-app-links.ts';
import { Banner } from '../../ui/banner.tsx';
import { classNames } from '../../ui/class-names.ts';
import { useDelayedFlag } from '../../ui/use-delayed-flag.ts';
import type { ChatLink } from './chat-link.ts';
import { ChatHeader } from './chat-header.tsx';
import { askWhatToCompare } from './compare/compare-store.ts';
import { Comparing } from './compare/comparing.tsx';
import { Composer, type ComposerFiles } from './composer/composer.tsx';
import { AttachButton } from './composer/files/attach-button.tsx';
import type { ModelChoice } from './composer/model-choice.ts';
import { focusUnlessTouch } from './composer/focus-unless-touch.ts';
import { ModelPicker } from './composer/model-picker.tsx';
import { PromptLine } from './composer/prompt-line.tsx';
import { TurnSettingsButton } from './composer/turn-settings-button.tsx';
import { ToolMenu } from './composer/tool-menu.tsx';
import { VersionBanner } from './composer/version-banner.tsx';
import { AgentGreeting, Greeting, Starters, Suggestions } from './empty-chat.tsx';
import { LoadFailure } from './load-failure.tsx';
import { LoadingThread } from './loading-thread.tsx';
import { useLiveMessage } from './live/use-live.ts';
import { ChatFrame } from './panel/chat-frame.tsx';
import { ChatPanelHost } from './panel/chat-panel-host.tsx';
import { AppLink } from './parts/app-link.tsx';
import { AnswerAnnouncer } from './thread/answer-announcer.tsx';
import { JumpToLatest } from './thread/jump-to-latest.tsx';
import { Thread } from './thread/thread.tsx';
import { useFollowEnd } from './thread/use-follow-end.ts';
import { useTurnKeys } from './thread/use-turn-keys.ts';
import { useTurnWindow } from './thread/use-turn-window.ts';
import type { ChatIdentity } from './use-chat-identity.ts';
import { useChatActions } from './use-chat-actions.ts';
import { useConversation } from './use-conversation.ts';
import { useGlide } from './use-glide.ts';
import { useKeyboardInset } from './use-keyboard-inset.ts';
import { useMarkRead } from './use-mark-read.ts';

const DropArea = lazy(async () => ({ default: (await import('../../ui/drop-area.tsx')).DropArea }));
const ForkOrigin = lazy(async () => ({ default: (await import('./fork/fork-origin.tsx')).ForkOrigin }));
const TranscriptTools = lazy(async () => ({
  default: (await import('./thread/transcript-tools.tsx')).TranscriptTools,
}));
const QuoteChips = lazy(async () => ({ default: (await import('./composer/quotes/quote-chips.tsx')).QuoteChips }));
const AttachedList = lazy(async () => ({
  default: (await import('./composer/files/attached-list.tsx')).AttachedList,
}));

const LinkStart = lazy(async () => ({ default: (await import('./composer/commands/link-start.tsx')).LinkStart }));
const Commands = lazy(async () => ({ default: (await import('./composer/commands/commands.tsx')).Commands }));

/** What may be a command for prompts or for who answers; looked at closely where the lists are. */
const mayHoldCommand = /^\/|(^|\s)@/;

export interface ChatViewProps {
  readonly identity: ChatIdentity;
  readonly initialChoice: ModelChoice | undefined;
  /** What the address asks for. */
  readonly link: ChatLink | undefined;
  readonly frame: 'page' | 'pane';
  /** At the end of the header. */
  readonly extras: ReactNode;
  /** Above the composer. */
  readonly hint: ReactNode;
  readonly onTyping: ((isTyping: boolean) => void) | undefined;
}

/** One chat from its empty page on; mounted anew for every other chat. */
export function ChatView({ identity, initialChoice, link, frame, extras, hint, onTyping }: ChatViewProps) {
  const { chat } = useTexts();
  const conversation = useConversation(identity);
  const field = useRef<HTMLTextAreaElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const dock = useRef<HTMLDivElement>(null);
  const page = useRef<HTMLDivElement>(null);

  const { turns, list, run } = conversation;
  const isNew = identity.conversationId === undefined && turns.length === 0;
  const { isAtEnd, jumpToEnd, leaveEnd } = useFollowEnd(scroller, content);
  const { first, showEarlier, showAll, showLast } = useTurnWindow(turns, scroller);
  const actions = useChatActions({ identity, conversation, initialChoice, field, onSent: jumpToEnd, onTyping });
  const attached = useComposerFiles(actions, field, identity.conversationId);
  useTurnKeys(scroller, showAll);
  useInAppLinks(scroller);
  useGlide(dock, isNew);
  useKeyboardInset(page);
  useMarkRead(conversation.conversation);
  useAnswererChooser(actions.choose);

  if (list.error instanceof ProblemError && list.error.status === 404) return <LoadFailure kind="not-found" />;
  const isBusy = conversation.runningId !== undefined;
  const isAgent = actions.choice?.endpoint === agentsEndpoint;
  return (
    <ChatFrame
      ref={page}
      frame={frame}
      panel={
        <ChatPanelHost conversationId={identity.conversationId} path={conversation.path} isSheet={frame === 'pane'} />
      }
    >
      <Suspense fallback={null}>
        <DropArea area={page} label={chat.composer.files.drop} onDrop={(files) => actions.attach(files)} />
      </Suspense>
      {frame === 'page' ? (
        <ChatHeader title={isNew ? undefined : conversation.conversation?.title || chat.newChat} scroller={scroller}>
          {extras}
        </ChatHeader>
      ) : null}
      <section
        ref={scroller}
        data-region="transcript"
        tabIndex={-1}
        aria-label={chat.transcript}
        className={classNames(
          'min-h-0 flex-1 overflow-y-auto scroll-pt-4 scroll-pb-6 focus-visible:-outline-offset-2',
          isNew && 'flex flex-col justify-end',
        )}
      >
        {isNew ? isAgent ? <AgentGreeting agent={actions.agent} /> : <Greeting text={actions.spec?.greeting} /> : null}
        {list.isError && turns.length === 0 ? (
          <LoadFailure kind="failed" cause={list.error} onRetry={() => void list.refetch()} />
        ) : null}
        {list.isLoading && turns.length === 0 ? <LoadingThread /> : null}
        {conversation.conversation?.forkedFrom ? (
          <Suspense fallback={null}>
            <ForkOrigin origin={conversation.conversation.forkedFrom} />
          </Suspense>
        ) : null}
        <Thread
          turns={turns}
          first={first}
          busy={isBusy}
          content={content}
          onShowEarlier={showEarlier}
          onChoose={conversation.choose}
          onAsk={actions.askAgain}
          onAnswer={actions.answerAgain}
          onRetry={actions.retry}
          onEdit={actions.edit}
          onRemove={actions.remove}
          chosen={conversation.chosen}
        />
        {identity.conversationId === undefined ? null : (
          <Suspense fallback={null}>
            <TranscriptTools
              conversationId={identity.conversationId}
              messages={list.data && conversation.messages}
              scroller={scroller}
              onChoose={conversation.choose}
              onShowLast={showLast}
              onLeaveEnd={leaveEnd}
            />
          </Suspense>
        )}
      </section>
      <div
        ref={dock}
        className={classNames(
          'relative mx-auto w-full max-w-(--column-width) px-4',
          'before:pointer-events-none before:absolute before:inset-x-0 before:bottom-full before:h-4',
          'before:bg-linear-to-t before:from-bg before:to-transparent',
        )}
      >
        <JumpToLatest shown={!isAtEnd && turns.length > 0} onJump={jumpToEnd} />
        <ConnectionBanner lost={run === 'lost'} />
        <VersionBanner version={actions.version} lost={actions.lost} />
        <PromptLine items={actions.line} onActed={() => focusUnlessTouch(field.current)} />
        {hint}
        <Comparing
          chat={identity.key}
          isBusy={isBusy}
          offered={actions.offered}
          choice={actions.choice}
          onClosed={() => focusUnlessTouch(field.current)}
        />
        {link ? (
          <Suspense fallback={null}>
            <LinkStart link={link} actions={actions} field={field} />
          </Suspense>
        ) : null}
        {mayHoldCommand.test(actions.text) ? (
          <Suspense fallback={null}>
            <Commands
              field={field}
              text={actions.text}
              offered={actions.offered}
              without={actions.without}
              onChange={actions.change}
              onChoose={actions.choose}
            />
          </Suspense>
        ) : null}
        <Composer
          field={field}
          takesFocus={frame === 'page'}
          text={actions.text}
          run={isBusy ? (run === 'stopping' ? 'stopping' : 'running') : 'none'}
          attached={attached}
          ready={actions.canSend}
          notice={actions.notice}
          onChange={actions.change}
          onLeave={actions.leave}
          onSend={actions.send}
          onSteer={actions.steer}
          onStop={conversation.canStop ? actions.stop : undefined}
        >
          <AttachButton onChoose={(files) => actions.attach(files)} />
          <ModelPicker
            offered={actions.offered}
            choice={actions.choice}
            agent={actions.agent}
            spec={actions.spec}
            onChoose={actions.choose}
            onCompare={() => askWhatToCompare(identity.key)}
            onClosed={() => field.current?.focus()}
          />
          <TurnSettingsButton
            settings={actions.settings}
            choice={actions.choice}
            tools={actions.tools}
            isFixed={actions.isFixed}
            without={actions.without}
            onChange={actions.chooseSettings}
          />
          <ToolMenu chosen={actions.tools} hasAgent={isAgent} onChange={actions.chooseTools} />
        </Composer>
      </div>
      <div
        className={classNames(
          'mx-auto w-full max-w-(--column-width) shrink-0 px-4 pb-[max(1rem,env(safe-area-inset-bottom))]',
          isNew && 'flex-[1.2] overflow-y-auto',
        )}
      >
        {isNew ? (
          <>
            {isAgent ? (
              <Starters agent={actions.agent} onChoose={actions.ask} />
            ) : (
              <Suggestions spec={actions.spec} onChoose={actions.ask} />
            )}
            {isAgent ? null : <GuideBanner />}
          </>
        ) : null}
      </div>
      <NewestAnswer conversation={conversation} />
    </ChatFrame>
  );
}

type ChatActions = ReturnType<typeof useChatActions>;

/** What the composer must know of the files beside its text, and the list that shows them. */
function useComposerFiles(
  actions: ChatActions,
  field: RefObject<HTMLTextAreaElement | null>,
  conversationId: ConversationId | undefined,
): ComposerFiles {
  const { files, isBusy, hasFailed, isCodeOff, retry, remove } = actions.attached;
  const [isListed, setListed] = useState(false);
  if (files.length > 0 && !isListed) setListed(true);
  return {
    count: files.length,
    isBusy,
    hasFailed,
    isHeld: actions.isHeld,
    onHold: actions.hold,
    onPaste: (pasted) => actions.attach(pasted, true),
    // Empty, it still tells what became of the last file.
    list: (
      <>
        <Suspense fallback={null}>
          {conversationId === undefined ? null : <QuoteChips conversationId={conversationId} />}
        </Suspense>
        <Suspense fallback={null}>
          {isListed ? (
            <AttachedList
              files={files}
              field={field}
              turnsCodeOn={actions.turnsCodeOn}
              isCodeOff={isCodeOff}
              onRetry={retry}
              onRemove={remove}
            />
          ) : null}
        </Suspense>
      </>
    ),
  };
}

function ConnectionBanner({ lost }: { readonly lost: boolean }) {
  const { chat } = useTexts();
  const shown = useDelayedFlag(lost);
  return shown ? (
    <Banner tone="warning" className="mb-2">
      {chat.connectionLost}
    </Banner>
  ) : null;
}

function GuideBanner() {
  const { chat } = useTexts();
  const config = useQuery(configQuery).data;
  if (!config?.guideOnly) return null;
  return (
    <Banner
      tone="info"
      className="mx-auto mt-6 max-w-xl"
      actions={
        <AppLink
          href="/docs/guides/connect-a-provider"
          className="font-medium text-accent underline underline-offset-2"
        >
          {chat.guideBannerLink}
        </AppLink>
      }
    >
      {chat.guideBanner}
    </Banner>
  );
}

/** Announces the newest answer without the rest of the chat waking for each token. */
function NewestAnswer({ conversation }: { readonly conversation: ReturnType<typeof useConversation> }) {
  const { isSending, isSideBySide } = conversation;
  // Answers side by side tell of themselves.
  const leaf = isSideBySide ? undefined : conversation.leaf;
  const answer = useLiveMessage(leaf?.role === 'assistant' ? leaf : undefined);
  return <AnswerAnnouncer answer={isSending ? 'pending' : answer} asker={conversation.asker} />;
}
