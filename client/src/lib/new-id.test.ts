import { generationIdSchema } from '@parley/contracts';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { newGenerationId, newId } from './new-id.ts';

it('makes lower-case UUIDs of version 4 that differ', () => {
  const ids = Array.from({ length: 200 }, newId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(200);
});

it('makes generation ids the contracts accept', () => {
  expect(z.safeParse(generationIdSchema, newGenerationId()).success).toBe(true);
});
