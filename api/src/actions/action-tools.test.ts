import { randomUUID } from 'node:crypto';
import type { AccessRole } from '@parley/contracts';
import { expect, it } from 'vitest';
import type { ActionSetRecord } from '../database/repositories/action-set-repository.ts';
import { callerOf, contextOf } from '../tools/__fixtures__/tools.ts';
import { createVault } from '../vault/vault.ts';
import { createActionTools } from './action-tools.ts';
import { createActionReader } from './stored-actions.ts';

const paths = { '/buy': { post: { operationId: 'buy' } } };
const specification = JSON.stringify({ openapi: '3.1.0', info: { title: 'Shop', version: '1' }, paths });

/** A tool that somebody has got, of a set that changes afterwards. */
async function heldTool() {
  const id = randomUUID();
  const at = new Date(1);
  const calls: string[] = [];
  let set: ActionSetRecord | undefined = {
    id,
    title: 'Shop',
    specification,
    serverUrl: 'https://shop.example',
    enabled: ['buy'],
    authKind: 'none',
    createdAt: at,
    updatedAt: at,
  };
  const roles = new Map<string, AccessRole>([[id, 'viewer']]);
  const origin = createActionTools({
    read: createActionReader(),
    sets: { find: async () => set, list: async () => (set === undefined ? [] : [set]), ...unused },
    access: { idsFor: async () => roles, roleOf: async (_subject, _type, asked) => roles.get(asked) },
    vault: createVault('a key for tests that is long enough'),
    fetch: (input) => {
      calls.push(input instanceof Request ? input.url : String(input));
      return Promise.resolve(new Response('Bought.'));
    },
  });
  const { tools } = await origin.tools(callerOf(), [`action/${id}`], new AbortController().signal);
  return {
    calls,
    run: () => tools[0]?.run({}, contextOf()),
    change: (changed: Partial<ActionSetRecord>) => void (set = set && { ...set, ...changed }),
    remove: () => void (set = undefined),
    unshare: () => roles.clear(),
  };
}

const unused = { create: () => Promise.reject(), replace: () => Promise.reject(), remove: () => Promise.reject() };

it('an operation that somebody holds is called', async () => {
  const held = await heldTool();
  expect(await held.run()).toEqual({ output: 'Bought.', failed: false });
  expect(held.calls).toEqual(['https://shop.example/buy']);
});

it('one that is taken away or changed while an answer goes on is not', async () => {
  const [unshared, removed, changed] = [await heldTool(), await heldTool(), await heldTool()];
  unshared.unshare();
  removed.remove();
  changed.change({ serverUrl: 'https://elsewhere.example', updatedAt: new Date(2) });
  expect(await unshared.run()).toMatchObject({ failed: true, output: expect.stringContaining('not shared with you') });
  expect(await removed.run()).toMatchObject({ failed: true, output: expect.stringContaining('not there any more') });
  expect(await changed.run()).toMatchObject({ failed: true, output: expect.stringContaining('has changed meanwhile') });
  expect([unshared.calls, removed.calls, changed.calls]).toEqual([[], [], []]);
});
