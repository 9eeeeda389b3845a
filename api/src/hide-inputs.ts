import type { InputAnswer, InputRequest, Message, MessagePart, UserId } from '@parley/contracts';

interface Asked {
  readonly request?: InputRequest | undefined;
  readonly answer?: InputAnswer | undefined;
}

/**
 * What a call asks and is answered, as others read it than the person who is asked: without the address that a server
 * sends that person to, and without what they fill in for it.
 */
export function hideInput<T extends Asked>(asked: T): T {
  const { request, answer } = asked;
  return {
    ...asked,
    ...(request?.kind === 'url' ? { request: { ...request, url: '' } } : {}),
    ...(answer?.kind === 'accept' ? { answer: { kind: 'accept' } } : {}),
  };
}

/** A message of a chat of `ownerId` as `viewer` reads it: what somebody else asked for keeps their input to them. */
export function hideOthersInputs<T extends Pick<Message, 'author' | 'parts'>>(
  message: T,
  ownerId: UserId,
  viewer: UserId,
): T {
  return (message.author?.id ?? ownerId) === viewer ? message : { ...message, parts: hideInputs(message.parts) };
}

/** The same in all calls of an answer, also in those of sub-agents. */
export function hideInputs(parts: readonly MessagePart[]): MessagePart[] {
  return parts.map((part) => {
    if (part.type !== 'tool-call') return part;
    const { run } = part;
    const inside = run === undefined ? {} : { run: { ...run, parts: hideInputs(run.parts) } };
    return { ...hideInput(part), ...inside };
  });
}
