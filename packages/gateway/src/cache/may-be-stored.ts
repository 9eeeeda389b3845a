import type { Trail } from '../core/call.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { ModelRequest, Part } from '../core/model-request.ts';
import { holdsPersonalData } from './personal-data.ts';
import { dependsOnTime } from './time-words.ts';

/** Characters of a request and its answer; looking through more for personal data would hold others up. */
const maxCharacters = 400_000;

/**
 * Whether an answer may be told again: whole, in text, by a model that was meant to answer, and about nothing that
 * belongs to one person or one day.
 */
export function mayBeStored(request: ModelRequest, events: readonly ModelEvent[], trail: Trail): boolean {
  if (!isWholeText(events) || isStopgap(trail) || (trail.malformed ?? 0) > 0) return false;
  const answer = textOf(events);
  const said = [...request.instructions, ...request.turns.flatMap(textsOf), answer];
  if (said.reduce((sum, text) => sum + text.length, 0) > maxCharacters) return false;
  return (
    !said.some(holdsPersonalData) &&
    !request.turns.some((turn) => turn.role === 'user' && textsOf(turn).some(dependsOnTime))
  );
}

/** The answer's words. */
export function textOf(events: readonly ModelEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}

function isWholeText(events: readonly ModelEvent[]): boolean {
  const last = events.at(-1);
  if (last?.type !== 'finish' || (last.reason !== 'stop' && last.reason !== 'stop-sequence')) return false;
  return textOf(events) !== '' && events.every(isText);
}

function isText(event: ModelEvent): boolean {
  switch (event.type) {
    case 'tool-input-delta':
    case 'refusal-delta':
    case 'recovery':
    case 'failure':
    case 'wire':
      return false;
    case 'usage':
      return (event.usage.serverToolCalls ?? 0) === 0;
    default:
      return true;
  }
}

/** An answer of a second choice must not outlast the trouble of the first. */
function isStopgap({ attempts }: Trail): boolean {
  return attempts.some(
    ({ outcome, purpose }) =>
      (outcome === undefined || outcome === 'served') && (purpose === 'fallback' || purpose === 'recovery'),
  );
}

function textsOf(turn: ModelRequest['turns'][number]): readonly string[] {
  return turn.role === 'tool' ? [turn.output] : turn.parts.flatMap(textsOfPart);
}

function textsOfPart(part: Part): readonly string[] {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return [part.text];
    case 'tool-call':
      return [part.input];
    default:
      return [];
  }
}
