import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../http/serve.ts';
import { startAppFrames } from './start-app-frames.ts';

let frames: RunningServer;
let url: string;
beforeAll(async () => {
  frames = await startAppFrames({ host: '127.0.0.1', port: 0, publicUrl: 'https://chat.example.com', hosts: [] });
  url = `http://127.0.0.1:${frames.port}`;
});
afterAll(() => frames.close());

async function policyOf(address = `${url}/frame`): Promise<Map<string, string>> {
  const response = await fetch(address);
  const directives = (response.headers.get('content-security-policy') ?? '').split('; ');
  return new Map(directives.map((directive) => [directive.split(' ', 1)[0] ?? '', directive]));
}

describe('the page that apps are shown in', () => {
  it('may run what it is handed, in a sandbox, and reach nothing', async () => {
    const policy = await policyOf();
    expect(policy.get('default-src')).toBe("default-src 'none'");
    expect(policy.get('script-src')).toBe("script-src 'unsafe-inline'");
    expect(policy.get('connect-src')).toBe("connect-src 'none'");
    expect(policy.get('frame-src')).toBe("frame-src 'none'");
    expect(policy.get('form-action')).toBe("form-action 'none'");
    expect(policy.get('base-uri')).toBe("base-uri 'none'");
    expect(policy.get('sandbox')).toBe('sandbox allow-scripts');
  });

  it('is framed by Parley alone, at its address and at the name it was asked under', async () => {
    expect((await policyOf()).get('frame-ancestors')).toBe('frame-ancestors https://chat.example.com 127.0.0.1:*');
  });

  it('has the hosts that the operator allows in its policy', async () => {
    const hosts = ['https://cdn.example.com'];
    const open = await startAppFrames({ host: '127.0.0.1', port: 0, publicUrl: 'https://chat.example.com', hosts });
    const policy = await policyOf(`http://127.0.0.1:${open.port}/frame`);
    await open.close();
    expect(policy.get('script-src')).toBe("script-src 'unsafe-inline' https://cdn.example.com");
    expect(policy.get('connect-src')).toBe('connect-src https://cdn.example.com');
  });

  it('gets no camera, no microphone, no guess at its type and no referrer', async () => {
    const { headers } = await fetch(`${url}/frame`);
    const permissions = headers.get('permissions-policy') ?? '';
    for (const feature of ['camera', 'microphone', 'geolocation', 'clipboard-write', 'payment']) {
      expect(permissions).toContain(`${feature}=()`);
    }
    expect(permissions).not.toContain('self');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('is the same for everybody: cookies are not read and none is set', async () => {
    const plain = await fetch(`${url}/frame`);
    const known = await fetch(`${url}/frame`, { headers: { cookie: 'refreshToken=x', authorization: 'Bearer x' } });
    expect(await known.text()).toBe(await plain.text());
    expect([plain, known].map(({ headers }) => headers.get('set-cookie'))).toEqual([null, null]);
  });

  it.each(['/', '/frame?x=1', '/frame/', '/api/config', '/api/user', '/frame.html', '/../package.json', '//frame'])(
    'is all there is: %s is not',
    async (path) => {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 404 /);
      expect(answer.split('\r\n\r\n')[1]).toBe('');
    },
  );

  it('is only read', async () => {
    const response = await fetch(`${url}/frame`, { method: 'POST', body: 'x'.repeat(1_000_000) }).catch(
      () => undefined,
    );
    expect(response?.status ?? 405).toBe(405);
    expect((await fetch(`${url}/frame`, { method: 'HEAD' })).status).toBe(200);
  });

  it.each(['evil.example; script-src *', 'a b', '[::1]:3081', "'none'", ''])(
    'writes no host into its policy that could change it: %s',
    async (host) => {
      const answer = await raw(`GET /frame HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      const ancestors = 'frame-ancestors https://chat.example.com; sandbox';
      const policy = /^Content-Security-Policy: (.*)$/im.exec(answer)?.[1];
      expect(policy ?? ancestors).toContain(ancestors);
    },
  );
});

/** What the server says to these very bytes. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(frames.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  return await text(socket);
}
