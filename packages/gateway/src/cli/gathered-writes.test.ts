import { expect, test, vi } from 'vitest';
import { gatherWrites } from './gathered-writes.ts';

test('writes lines together, in their order, a moment later', async () => {
  const written: string[] = [];
  const gathered = gatherWrites((text) => written.push(text));
  gathered.write('one\n');
  gathered.write('two\n');
  expect(written).toEqual([]);
  await vi.waitFor(() => expect(written).toEqual(['one\ntwo\n']));
  gathered.write('three\n');
  await vi.waitFor(() => expect(written).toEqual(['one\ntwo\n', 'three\n']));
});

test('waits for nothing when told to flush, or when much has come', () => {
  const written: string[] = [];
  const gathered = gatherWrites((text) => written.push(text));
  gathered.write('one\n');
  gathered.flush();
  gathered.flush();
  expect(written).toEqual(['one\n']);
  gathered.write('x'.repeat(100_000));
  expect(written).toHaveLength(2);
});
