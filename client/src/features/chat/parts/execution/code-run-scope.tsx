import type { ConversationId } from '@parley/contracts';
import { lazy, type ReactNode } from 'react';
import { CodeRunContext, type CodeRunSlots } from '../../../../ui/markdown/code/code-run-slots.ts';
import { ConversationContext } from './conversation-context.ts';

const slots: CodeRunSlots = {
  Button: lazy(async () => ({ default: (await import('./run-block.tsx')).RunBlockButton })),
  Result: lazy(async () => ({ default: (await import('./run-block.tsx')).RunBlockResult })),
};

export interface CodeRunScopeProps {
  /** Absent until the chat has begun: there are no files then that code could work on. */
  readonly conversationId: ConversationId | undefined;
  readonly children: ReactNode;
}

/** Lets all code in a chat be run where it stands, on the files of its conversation. */
export function CodeRunScope({ conversationId, children }: CodeRunScopeProps) {
  return (
    <ConversationContext value={conversationId}>
      <CodeRunContext value={conversationId === undefined ? undefined : slots}>{children}</CodeRunContext>
    </ConversationContext>
  );
}
