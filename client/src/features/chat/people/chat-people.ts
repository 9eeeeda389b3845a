import type { Person, UserId } from '@parley/contracts';
import { createContext } from 'react';

/** Whose chat it is, and who looks at it. */
export interface ChatPeople {
  /** The person in front of the page; absent while nobody is signed in. */
  readonly me: UserId | undefined;
  /** Whose chat it is, where that is somebody else: then only they may rename, delete and change what others wrote. */
  readonly owner: Person | undefined;
}

/** Given by a chat to everything in it. */
export const ChatPeopleContext = createContext<ChatPeople>({ me: undefined, owner: undefined });

/** Who wrote a prompt, or asked for an answer, where that was somebody else than the person in front of the page. */
export function otherAuthor(
  { me, owner }: ChatPeople,
  message: { readonly author?: Person | undefined } | undefined,
): Person | undefined {
  const author = message === undefined ? undefined : (message.author ?? owner);
  return author?.id === me ? undefined : author;
}
