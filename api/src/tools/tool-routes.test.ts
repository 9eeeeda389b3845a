import { toolResultIdSchema, toolRoutes } from '@parley/contracts';
import type { ToolResultId } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestUser } from '../test-client.ts';
import { keepResult } from './__fixtures__/keep-result.ts';

const text = `<script>alert(1)</script> 🙂 ${'long '.repeat(20_000)}`;
let kept: Awaited<ReturnType<typeof keepResult>>;

beforeAll(async () => {
  kept = await keepResult(text);
});
afterAll(() => kept.close());

async function get(id: ToolResultId | undefined, as?: TestUser): Promise<Response> {
  return await kept.app.send(toolRoutes.result, { params: { id: id ?? kept.id } }, as);
}

describe('a result that is kept', () => {
  it('comes as bytes that no browser takes for a page', async () => {
    const response = await get(kept.id, kept.user);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': "attachment; filename*=UTF-8''result",
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
    });
    expect(await response.text()).toBe(text);
  });

  it('is its owner’s alone', async () => {
    const stranger = await kept.app.register();
    const refused = await get(kept.id, stranger);
    expect([refused.status, await refused.json()]).toMatchObject([404, { code: 'tool-result-not-found' }]);
    const none = toolResultIdSchema.parse('00000000-0000-8000-8000-000000000000');
    expect((await get(none, kept.user)).status).toBe(404);
    expect((await get(kept.id)).status).toBe(401);
  });

  it.each([
    ['image', 'image/png', 'inline'],
    ['image', 'image/svg+xml', 'attachment'],
    ['file', 'image/png', 'attachment'],
    ['app', 'text/html; charset=utf-8', 'attachment'],
  ] as const)('is shown only where that is harmless: %s of %s is %s', async (kind, mimeType, disposition) => {
    const bytes = Buffer.from('<svg onload="alert(1)"/>');
    const response = await get(await kept.keep({ kind, mimeType, title: 'Ä "plot"/../x\r\n', bytes }), kept.user);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': mimeType,
      'content-disposition': `${disposition}; filename*=UTF-8''%C3%84%20%22plot%22_.._x`,
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });
});

it('shows tools with what would happen, and forgets nothing of a rule', async () => {
  const { app, user: admin } = kept;
  const person = await app.register();
  const effectOf = async (as: TestUser): Promise<string | undefined> => {
    const { items } = toolRoutes.list.response.parse(await (await app.send(toolRoutes.list, {}, as)).json());
    return items.find(({ ref }) => ref === 'fetch_page')?.effect;
  };
  expect(await effectOf(person)).toBe('allow');
  const body = { rules: [{ pattern: 'fetch_page', effect: 'deny' as const, roles: ['USER' as const] }] };
  expect((await app.send(toolRoutes.setPolicy, { body }, person)).status).toBe(403);
  expect((await app.send(toolRoutes.policy, {}, person)).status).toBe(403);
  expect((await app.send(toolRoutes.setPolicy, { body }, admin)).status).toBe(200);
  expect([await effectOf(person), await effectOf(admin)]).toEqual(['deny', 'allow']);
  const odd = { rules: [{ pattern: 'fetch_{page,all}', effect: 'deny' as const }] };
  expect((await app.send(toolRoutes.setPolicy, { body: odd }, admin)).status).toBe(400);
});
