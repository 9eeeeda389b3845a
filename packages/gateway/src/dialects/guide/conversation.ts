import type { ModelRequest, Turn } from '../../core/model-request.ts';

/** The text of a turn. */
export function turnText(turn: Turn): string {
  if (turn.role === 'tool') return turn.output;
  return turn.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** What the user wrote, oldest first. */
export function userTexts({ turns }: ModelRequest): string[] {
  return turns.filter((turn) => turn.role === 'user').map((turn) => turnText(turn).trim());
}

/** The tool results that nobody has answered yet, with the names of their tools. */
export function openToolResults({ turns }: ModelRequest): { name: string; output: string }[] {
  const last = turns.findLastIndex((turn) => turn.role !== 'tool');
  const names = new Map(
    turns.flatMap((turn) =>
      turn.role === 'assistant'
        ? turn.parts.flatMap((part) => (part.type === 'tool-call' ? [[part.callId, part.name] as const] : []))
        : [],
    ),
  );
  return turns
    .slice(last + 1)
    .filter((turn) => turn.role === 'tool')
    .map((turn) => ({ name: names.get(turn.callId) ?? 'the tool', output: turn.output }));
}
