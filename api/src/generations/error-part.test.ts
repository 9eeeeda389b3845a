import { problem } from '@parley/contracts';
import { GatewayError } from '@parley/gateway';
import { expect, it } from 'vitest';
import { toErrorPart } from './error-part.ts';

it.each([
  [1, 'Slow down. Try again in 1 second.'],
  [29_500, 'Slow down. Try again in 30 seconds.'],
  [600_000, 'Slow down. Try again in 10 minutes.'],
])('says when to try again, %i ms from now', (retryAfterMs, detail) => {
  const error = new GatewayError('upstream-limited', { message: 'Slow down.', retryAfterMs });
  expect(toErrorPart(error)).toMatchObject({ type: 'error', code: 'upstream-rate-limited', detail });
});

it('passes on what a provider says, and nothing of what only the log may know', () => {
  const refused = new GatewayError('upstream-auth', { message: 'Incorrect API key.', cause: new Error('sk-secret') });
  expect(toErrorPart(refused)).toMatchObject({ code: 'upstream-refused', detail: 'Incorrect API key.' });
  expect(toErrorPart(problem('model-not-found', { detail: 'No such model.' }))).toMatchObject({
    detail: 'No such model.',
  });
  expect(toErrorPart(new Error('connect ECONNREFUSED 10.0.0.7'))).not.toHaveProperty('detail');
});
