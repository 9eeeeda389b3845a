import type { Conversation, Person, UserId } from '@parley/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { conversation } from '../features/chat/testing/messages.ts';
import { sessionOf } from '../testing/fake-server.ts';
import { session } from './api/call.ts';
import { otherAwaited } from './other-awaited.ts';

const grace: Person = { id: '33333333-1111-4111-8111-111111111111' as UserId, name: 'Grace Hopper' };

beforeEach(() => session.start(sessionOf('token')));
afterEach(() => session.end());

function awaited(change: Partial<Conversation>): string | undefined {
  return otherAwaited({ ...conversation, ...change })?.name;
}

it('what waits for another one who takes part is left to them', () => {
  expect(awaited({ waitingForInput: true, waitingFor: grace })).toBe('Grace Hopper');
  expect(awaited({ waitingForInput: true, sharedBy: grace })).toBe('Grace Hopper');
  expect(awaited({ waitingFor: grace })).toBeUndefined();
});

it('what waits for oneself is one’s own, wherever that is', () => {
  const { id, name } = sessionOf('token').user;
  expect(awaited({ waitingForInput: true })).toBeUndefined();
  expect(awaited({ waitingForInput: true, sharedBy: grace, waitingFor: { id, name } })).toBeUndefined();
});
