import { agentIdSchema } from '@parley/contracts';
import type { AgentRef, GenerationEvent, Message, MessagePart } from '@parley/contracts';

/** Stands for an agent that nobody may know yet. */
const unnamed: AgentRef = { id: agentIdSchema.parse('00000000-0000-0000-0000-000000000000'), version: 1, name: '' };

/**
 * An answer without anything that tells who wrote it, but what it says and does itself. It has the same number of parts:
 * one that passed it on to another agent names nobody.
 */
export function hideModel(answer: Message): Message {
  const {
    endpoint: _endpoint,
    model: _model,
    agent: _agent,
    trace: _trace,
    usage: _usage,
    notices: _notices,
    ...rest
  } = answer;
  return { ...rest, parts: rest.parts.map(hideIn) };
}

/** The same of what its log tells: an event that would do nothing but tell leaves another one with its number. */
export function hideModelOf(event: GenerationEvent): GenerationEvent {
  switch (event.type) {
    case 'step-finished':
    case 'usage':
    case 'notice': {
      const { n, step, within } = event;
      return { type: 'step-finished', n, step, ...(within === undefined ? {} : { within }) };
    }
    case 'handed-off':
      return { ...event, agent: unnamed };
    case 'snapshot': {
      const { usage: _usage, trace: _trace, ...rest } = event;
      return { ...rest, parts: rest.parts.map(hideIn) };
    }
    case 'generation-finished': {
      const { error, ...rest } = event;
      return error === undefined ? event : { ...rest, error: withoutDetail(error) };
    }
    default:
      return event;
  }
}

function hideIn(part: MessagePart): MessagePart {
  if (part.type === 'hand-off') return { ...part, agent: unnamed };
  return part.type === 'error' ? withoutDetail(part) : part;
}

/** Providers name the model that an error is about. */
function withoutDetail<P extends { readonly detail?: string | undefined }>({
  detail: _detail,
  ...rest
}: P): Omit<P, 'detail'> {
  return rest;
}
