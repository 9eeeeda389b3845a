import type { InputAnswer, InputRequest, MessagePart } from '@parley/contracts';

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

/** The same in all calls of an answer, also in those of sub-agents. */
export function hideInputs(parts: readonly MessagePart[]): MessagePart[] {
  return parts.map((part) => {
    if (part.type !== 'tool-call') return part;
    const { run } = part;
    const inside = run === undefined ? {} : { run: { ...run, parts: hideInputs(run.parts) } };
    return { ...hideInput(part), ...inside };
  });
}
