import { expect, it } from 'vitest';
import { createAgentGate } from './agent-gate.ts';

const gateOf = (builder: 'everybody' | 'admins') =>
  createAgentGate({ agents: { find: async () => await Promise.resolve(undefined) }, access: {} as never, builder });
const user = { userId: 'ada' as never, role: 'USER' } as const;
const admin = { userId: 'grace' as never, role: 'ADMIN' } as const;

it('lets everybody make agents, or admins alone', () => {
  expect(() => gateOf('everybody').checkBuilder(user)).not.toThrow();
  expect(() => gateOf('admins').checkBuilder(admin)).not.toThrow();
  expect(() => gateOf('admins').checkBuilder(user)).toThrow(expect.objectContaining({ code: 'forbidden' }));
});
