import type { ConversationId } from '@parley/contracts';
import { type ReactNode, useEffect } from 'react';
import { ArtifactScope } from './artifacts/artifact-scope.tsx';
import { ChatView } from './chat-view.tsx';
import type { ChatLink } from './chat-link.ts';
import type { ModelChoice } from './composer/model-choice.ts';
import { CodeRunScope } from './parts/execution/code-run-scope.tsx';
import { loadMarkdown, loadMarkdownWhenIdle } from './parts/load-markdown.ts';
import { PeopleScope } from './people/people-scope.tsx';
import { useChatIdentity } from './use-chat-identity.ts';

export interface ChatPageProps {
  /** Absent on the page where a chat begins. */
  readonly conversationId: ConversationId | undefined;
  /** Called once the first turn was accepted; the address may then name the conversation. */
  readonly onConversationCreated: (id: ConversationId) => void;
  /** What a chat that begins here talks to, unless something else is chosen in it. */
  readonly initialChoice?: ModelChoice | undefined;
  /** What the address asks for: followed once. */
  readonly link?: ChatLink | undefined;
  /** A pane stands beside something else: no landmark and no title of its own. */
  readonly frame?: 'page' | 'pane';
  /** Buttons at the end of the row above the transcript. */
  readonly extras?: ReactNode;
  /** One line above the composer. */
  readonly hint?: ReactNode;
  /** Told at every key whether a prompt is being written. */
  readonly onTyping?: ((isTyping: boolean) => void) | undefined;
}

/** A chat: its transcript and its composer. */
export function ChatPage(props: ChatPageProps) {
  const {
    conversationId,
    onConversationCreated,
    initialChoice,
    link,
    frame = 'page',
    extras = null,
    hint = null,
  } = props;
  const identity = useChatIdentity(conversationId, onConversationCreated);
  const isNew = conversationId === undefined;
  useEffect(() => {
    if (isNew) loadMarkdownWhenIdle();
    else void loadMarkdown();
  }, [isNew]);
  return (
    <CodeRunScope conversationId={identity.conversationId}>
      <ArtifactScope>
        <PeopleScope conversationId={identity.conversationId}>
          <ChatView
            key={identity.key}
            identity={identity}
            initialChoice={initialChoice}
            link={link}
            frame={frame}
            extras={extras}
            hint={hint}
            onTyping={props.onTyping}
          />
        </PeopleScope>
      </ArtifactScope>
    </CodeRunScope>
  );
}
