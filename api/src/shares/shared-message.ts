import { ProblemError } from '@parley/contracts';
import type { Message, MessagePart, SharedMessage, SharedPart } from '@parley/contracts';

/**
 * What others see of a message: its words, the names of what was used, and where its sources are. Never what the model
 * thought, what tools were given or gave, what is in files, what its reader thinks of it, or an id.
 */
export function toSharedMessage(message: Message): SharedMessage {
  const { role, status, createdAt, agent, model, parts, continues } = message;
  const shared = parts.flatMap(toSharedPart);
  const answerer = role === 'assistant' ? (agent?.name ?? model) : undefined;
  return {
    role,
    status: status === 'running' ? 'stopped' : status,
    createdAt,
    ...(answerer === undefined ? {} : { answerer }),
    parts: continues === undefined ? shared : joinTexts(shared),
  };
}

function toSharedPart(part: MessagePart): SharedPart[] {
  switch (part.type) {
    case 'text':
    case 'quote':
    case 'steer':
      return [{ type: part.type, text: part.text }];
    case 'source':
      return [{ type: 'source', title: part.title, url: publicAddress(part.url) }];
    case 'hand-off':
      return [{ type: 'hand-off', name: part.agent.name }];
    case 'tool-call':
      return [{ type: 'tool-call', name: part.title ?? part.name, state: stateOf(part.state) }];
    case 'file':
      return [{ type: 'file', name: part.file.name, size: part.file.size }];
    case 'error':
      // Its own words may be those of a provider.
      return [{ type: 'error', title: new ProblemError(part.code).message }];
    default:
      return [];
  }
}

type CallState = Extract<MessagePart, { type: 'tool-call' }>['state'];

function stateOf(state: CallState): Extract<SharedPart, { type: 'tool-call' }>['state'] {
  return state === 'done' || state === 'failed' || state === 'denied' ? state : 'unfinished';
}

/** One that leads its reader somewhere: on the web, or into the documentation; empty for any other. */
function publicAddress(url: string): string {
  return /^https?:\/\//i.test(url) || url.startsWith('/docs/') ? url : '';
}

/** The text that goes on from another one is one with it. */
function joinTexts(parts: readonly SharedPart[]): SharedPart[] {
  return parts.reduce<SharedPart[]>((joined, part) => {
    const last = joined.at(-1);
    if (part.type !== 'text' || last?.type !== 'text') return [...joined, part];
    return [...joined.slice(0, -1), { type: 'text', text: last.text + part.text }];
  }, []);
}
