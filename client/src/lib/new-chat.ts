import type { ProjectId } from '@parley/contracts';
import { create } from 'zustand';

interface NewChat {
  readonly temporary: boolean;
  readonly projectId: ProjectId | undefined;
}

/** What the next chat will be, chosen on the page where it begins: temporary, or in a project. */
export const useNewChat = create<NewChat>(() => ({ temporary: false, projectId: undefined }));

/** What is chosen, to be sent with the prompt that begins the chat. */
export function newChatFields(): { temporary?: true; projectId?: ProjectId } {
  const { temporary, projectId } = useNewChat.getState();
  return { ...(temporary ? { temporary } : {}), ...(projectId === undefined ? {} : { projectId }) };
}
