import type { Message, MessagePart, SharedMessage, SharedPart } from '@parley/contracts';
import { problemWords } from '../lib/i18n/explain-problem.ts';

/** A message as it is read on paper. An answer that is being written counts as stopped where it is. */
export function printedMessage({ role, status, createdAt, agent, model, parts }: Message): SharedMessage {
  const answerer = role === 'assistant' ? (agent?.name ?? model) : undefined;
  return {
    role,
    status: status === 'running' ? 'stopped' : status,
    createdAt,
    ...(answerer === undefined ? {} : { answerer }),
    parts: parts.flatMap(printedPart),
  };
}

/** What a model thought before it answered; empty where that is not known. */
export function printedReasoning({ parts }: Message): string {
  return parts.flatMap((part) => (part.type === 'reasoning' ? [part.text] : [])).join('\n\n');
}

const callStates = { done: 'done', failed: 'failed', denied: 'denied' } as const;

function printedPart(part: MessagePart): SharedPart[] {
  switch (part.type) {
    case 'text':
    case 'quote':
    case 'steer':
      return [{ type: part.type, text: part.text }];
    case 'source':
      return [{ type: 'source', title: part.title, url: part.url }];
    case 'hand-off':
      return [{ type: 'hand-off', name: part.agent.name }];
    case 'tool-call': {
      const state = Object.entries(callStates).find(([name]) => name === part.state)?.[1] ?? 'unfinished';
      return [{ type: 'tool-call', name: part.title ?? part.name, state }];
    }
    case 'file':
      return [{ type: 'file', name: part.file.name, size: part.file.size }];
    case 'error':
      return [{ type: 'error', title: problemWords(part).title }];
    default:
      return [];
  }
}
