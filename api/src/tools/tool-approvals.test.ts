import { sessionIdSchema } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditNote } from '../audit/audit-log.ts';
import { defaultToolsConfig } from '../config/tools-config.ts';
import type { ApprovalConfig } from '../config/tools-config.ts';
import { openTestStore } from '../database/__fixtures__/open-test-store.ts';
import type { TestStore } from '../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../database/connect.ts';
import type { Database } from '../database/connect.ts';
import { createToolGrantRepository } from '../database/repositories/tool-grant-repository.ts';
import { createToolPolicyRepository } from '../database/repositories/tool-policy-repository.ts';
import { callerOf, callOf, specOf } from './__fixtures__/tools.ts';
import { createToolRules } from './create-tool-rules.ts';
import type { ToolRules } from './create-tool-rules.ts';

let store: TestStore;
let database: Database;
let notes: AuditNote[] = [];
let time = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  store = await openTestStore();
  database = await connectDatabase(store.uri);
  rulesWith({});
  await database.createIndexes();
});
beforeEach(async () => {
  notes = [];
  await database.connection.db?.collection('tool_policies').deleteMany({});
});
afterAll(async () => {
  await database.close();
  await store.close();
});

function rulesWith(approval: Partial<ApprovalConfig>): ToolRules {
  return createToolRules({
    settings: { ...defaultToolsConfig, approval: { ...defaultToolsConfig.approval, ...approval } },
    grants: createToolGrantRepository(database.connection),
    policies: createToolPolicyRepository(database.connection),
    audit: { note: (note) => Promise.resolve(void notes.push(note)) },
    now: () => time,
  });
}

const readOnly = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
const admin = { ...callerOf({ role: 'ADMIN' }), sessionId: sessionIdSchema.parse('s') };

async function effect(approval: Partial<ApprovalConfig>, spec = specOf(), caller = callerOf()): Promise<string> {
  const rules = rulesWith(approval);
  const { effect: decided } = await rules.approvals.decide(caller, spec);
  // What lists say and what happens must be the same.
  expect(await rules.effectOf(caller, spec)).toBe(decided);
  return decided;
}

describe('without rules', () => {
  it('what only reads runs when an admin vouches for it, and all else asks', async () => {
    expect(await effect({}, specOf({ hints: readOnly, isTrusted: true }))).toBe('allow');
    expect(await effect({}, specOf({ hints: readOnly, isTrusted: false }))).toBe('ask');
    expect(await effect({}, specOf({ isTrusted: true }))).toBe('ask');
    expect(await effect({}, specOf({ needsNoApproval: true }))).toBe('allow');
  });

  it('a person may choose how long an approval holds', async () => {
    expect(await rulesWith({}).approvals.decide(callerOf(), specOf())).toEqual({
      effect: 'ask',
      scopes: ['once', 'conversation', 'always'],
    });
  });
});

describe('rules of librechat.yaml', () => {
  const trusted = specOf({ hints: readOnly, isTrusted: true });

  it('are taken deny first, then ask, then allow', async () => {
    expect(await effect({ allow: ['mcp/files/*'] })).toBe('allow');
    expect(await effect({ allow: ['mcp/files/*'], ask: ['files__*'] })).toBe('ask');
    expect(await effect({ allow: ['*'], ask: ['*'], deny: ['read_mcp_files'] })).toBe('deny');
    expect(await effect({ ask: ['*'] }, trusted)).toBe('ask');
    expect(
      await effect({ deny: ['ask_user'] }, specOf({ name: 'ask_user', ref: 'ask_user', needsNoApproval: true })),
    ).toBe('deny');
  });

  it('allow no tool for a name it has given itself, and forbid it under every name', async () => {
    const own = specOf({ ref: 'action/0b1c/read', source: { kind: 'action', id: '0b1c', title: 'Own' } });
    expect(await effect({ allow: ['files__read'] }, own)).toBe('ask');
    expect(await effect({ allow: ['files__read'] }, specOf({ isTrusted: true }))).toBe('allow');
    expect(await effect({ allow: ['action/0b1c/*'] }, own)).toBe('allow');
    expect(await effect({ deny: ['files__read'] }, { ...own, name: 'files__read_01abcdef' })).toBe('deny');
  });

  it('ask nobody in the modes that say so; what is denied stays denied', async () => {
    expect(await effect({ mode: 'dontAsk' })).toBe('deny');
    expect(await effect({ mode: 'dontAsk', ask: ['*'] })).toBe('deny');
    expect(await effect({ mode: 'dontAsk', allow: ['mcp/files'] })).toBe('allow');
    expect(await effect({ mode: 'dontAsk' }, trusted)).toBe('allow');
    expect(await effect({ mode: 'bypass' })).toBe('allow');
    expect(await effect({ mode: 'bypass', ask: ['*'] })).toBe('allow');
    expect(await effect({ mode: 'bypass', deny: ['mcp/files/*'] })).toBe('deny');
    expect(await effect({ enabled: false })).toBe('allow');
    expect(await effect({ enabled: false, deny: ['mcp/files/*'] })).toBe('deny');
  });

  it('that cannot be understood hold back rather than let through', async () => {
    expect(await effect({ allow: ['mcp/{files,web}/*'] })).toBe('ask');
    expect(await effect({ deny: ['mcp/{files,web}/*'] }, trusted)).toBe('ask');
    expect(await effect({ hasHooks: true, allow: ['*'] }, trusted)).toBe('ask');
  });

  it('tell their reason', async () => {
    const { approvals } = rulesWith({ reason: 'Please check {tool}.', deny: ['mcp/web/*'] });
    expect(await approvals.decide(callerOf(), specOf())).toMatchObject({ reason: 'Please check files__read.' });
    expect(await approvals.decide(callerOf(), specOf({ ref: 'mcp/web/get', name: 'web__get' }))).toEqual({
      effect: 'deny',
      scopes: [],
      reason: 'Please check web__get.',
    });
  });
});

describe('what a person has allowed', () => {
  it('holds in its conversation, or everywhere, for this person alone', async () => {
    const { approvals } = rulesWith({});
    const caller = callerOf();
    const elsewhere = callerOf({ userId: caller.userId });
    const stranger = callerOf({ conversationId: caller.conversationId });
    await approvals.remember(caller, specOf(), 'conversation');
    await approvals.remember(caller, specOf(), 'conversation');
    expect((await approvals.decide(caller, specOf())).effect).toBe('allow');
    expect((await approvals.decide(elsewhere, specOf())).effect).toBe('ask');
    expect((await approvals.decide(stranger, specOf())).effect).toBe('ask');
    await approvals.remember(caller, specOf(), 'always');
    expect((await approvals.decide(elsewhere, specOf())).effect).toBe('allow');
    expect((await approvals.decide(stranger, specOf())).effect).toBe('ask');
  });

  it('is asked about again when the tool changes, and does not pass to another tool', async () => {
    const { approvals } = rulesWith({});
    const caller = callerOf();
    await approvals.remember(caller, specOf(), 'always');
    expect((await approvals.decide(caller, specOf({ digest: 'other' }))).effect).toBe('ask');
    expect((await approvals.decide(caller, specOf({ ref: 'mcp/files/write' }))).effect).toBe('ask');
    await approvals.remember(caller, specOf({ digest: 'other' }), 'always');
    expect((await approvals.decide(caller, specOf({ digest: 'other' }))).effect).toBe('allow');
    expect((await approvals.decide(caller, specOf())).effect).toBe('ask');
  });

  it('ends when the tool’s server goes', async () => {
    const rules = rulesWith({});
    const caller = callerOf();
    await rules.approvals.remember(caller, specOf(), 'always');
    await rules.forgetGrants('mcp/file/');
    expect((await rules.approvals.decide(caller, specOf())).effect).toBe('allow');
    await rules.forgetGrants('mcp/files/');
    expect((await rules.approvals.decide(caller, specOf())).effect).toBe('ask');
  });

  it('never overrules a rule', async () => {
    const caller = callerOf();
    await rulesWith({}).approvals.remember(caller, specOf(), 'always');
    const strict = rulesWith({ ask: ['mcp/*'] }).approvals;
    expect(await strict.decide(caller, specOf())).toEqual({ effect: 'ask', scopes: ['once'] });
    const other = callerOf();
    await strict.remember(other, specOf(), 'always');
    expect((await rulesWith({}).approvals.decide(other, specOf())).effect).toBe('ask');
  });

  it('is bounded as the operator wants it', async () => {
    const caller = callerOf();
    const one = rulesWith({ allowAlwaysMaxTools: 1 }).approvals;
    await one.remember(caller, specOf(), 'conversation');
    const another = specOf({ ref: 'mcp/files/write' });
    expect((await one.decide(caller, another)).scopes).toEqual(['once', 'always']);
    await one.remember(caller, another, 'conversation');
    expect((await one.decide(caller, another)).effect).toBe('ask');
    expect((await one.decide(caller, specOf())).effect).toBe('allow');

    const never = rulesWith({ allowAlways: false }).approvals;
    expect(await never.decide(caller, specOf())).toEqual({ effect: 'ask', scopes: ['once'] });
    const short = rulesWith({ allowAlwaysMaxToolNameLength: 5 }).approvals;
    expect((await short.decide(callerOf(), specOf())).scopes).toEqual(['once']);
  });
});

describe('rules of admins', () => {
  it('hold for the roles they name, at once here and soon elsewhere', async () => {
    const here = rulesWith({});
    const elsewhere = rulesWith({});
    expect((await here.approvals.decide(callerOf(), specOf())).effect).toBe('ask');
    expect((await elsewhere.approvals.decide(callerOf(), specOf())).effect).toBe('ask');
    await here.policies.set(admin, { rules: [{ pattern: 'mcp/files/*', effect: 'deny', roles: ['USER'] }] });
    expect((await here.approvals.decide(callerOf(), specOf())).effect).toBe('deny');
    expect((await here.approvals.decide(callerOf({ role: 'ADMIN' }), specOf())).effect).toBe('ask');
    expect((await elsewhere.approvals.decide(callerOf(), specOf())).effect).toBe('ask');
    time += 5_000;
    expect((await elsewhere.approvals.decide(callerOf(), specOf())).effect).toBe('deny');
  });

  it('are changed by admins only, with a note of what changed', async () => {
    const { policies } = rulesWith({});
    const user = { ...admin, role: 'USER' as const };
    await expect(policies.get(user)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(policies.set(user, { rules: [] })).rejects.toMatchObject({ code: 'forbidden' });
    expect(notes).toEqual([]);
    await policies.set(admin, { rules: [{ pattern: 'mcp/*', effect: 'ask' }] });
    await policies.set(admin, { rules: [{ pattern: 'calculator', effect: 'deny', roles: ['USER'] }] });
    expect(await policies.get(admin)).toEqual({ rules: [{ pattern: 'calculator', effect: 'deny', roles: ['USER'] }] });
    expect(notes.map(({ actor, action, details }) => ({ actor, action, details }))).toEqual([
      { actor: admin.userId, action: 'policy-changed', details: { rules: '1', added: 'ask mcp/*' } },
      {
        actor: admin.userId,
        action: 'policy-changed',
        details: { rules: '1', added: 'deny calculator (USER)', removed: 'ask mcp/*' },
      },
    ]);
  });

  it('are refused when they would not do what they look like', async () => {
    const { policies } = rulesWith({});
    await expect(policies.set(admin, { rules: [{ pattern: 'mcp/[ab]', effect: 'deny' }] })).rejects.toMatchObject({
      code: 'invalid-request',
      issues: [{ path: 'body.rules.0.pattern' }],
    });
  });

  it('that cannot be read make every tool ask', async () => {
    const broken = { _id: 'install', rules: [{ pattern: 'mcp/*', effect: 'permit' }], updatedAt: new Date() };
    await database.connection.db?.collection<typeof broken>('tool_policies').insertOne(broken);
    expect(await effect({}, specOf({ hints: readOnly, isTrusted: true }))).toBe('ask');
  });
});

it('notes what a policy refused, without the arguments', async () => {
  const caller = callerOf();
  const call = callOf({ input: '{"secret":1}' });
  await rulesWith({}).approvals.noteRefusal(caller, specOf(), call, 'No.');
  expect(notes).toMatchObject([
    {
      id: `${caller.generationId}/call-1/refused`,
      actor: null,
      action: 'tool-refused-by-policy',
      subject: 'files__read',
      details: { tool: 'mcp/files/read', user: caller.userId, conversation: caller.conversationId, reason: 'No.' },
    },
  ]);
  expect(JSON.stringify(notes)).not.toContain('secret');
});
