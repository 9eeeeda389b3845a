import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../http/serve.ts';
import { startAppFrames } from './start-app-frames.ts';

let frames: RunningServer;
let url: string;
const scripts = mkdtempSync(join(tmpdir(), 'artifact-frame-'));
const options = { host: '127.0.0.1', port: 0, publicUrl: 'https://chat.example.com', scripts };
beforeAll(async () => {
  writeFileSync(join(scripts, 'react.js'), 'export {};');
  frames = await startAppFrames({ ...options, hosts: [] });
  url = `http://127.0.0.1:${frames.port}`;
});
afterAll(async () => {
  await frames.close();
  rmSync(scripts, { recursive: true });
});

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
    const open = await startAppFrames({ ...options, hosts });
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

  it.each([
    '/',
    '/frame?x=1',
    '/frame/',
    '/api/config',
    '/api/user',
    '/frame.html',
    '/../package.json',
    '//frame',
    '/artifact/',
    '/artifact/none.js',
    '/artifact/../react.js',
    '/artifact/%2e%2e/react.js',
    '/react.js',
  ])('is all there is: %s is not', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer.split('\r\n\r\n')[1]).toBe('');
  });

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

describe('the page that artifacts are shown in', () => {
  it('may run its own scripts, by their address, and reach nobody whom an operator lets apps reach', async () => {
    const open = await startAppFrames({ ...options, hosts: ['https://cdn.example.com'] });
    const policy = await policyOf(`http://127.0.0.1:${open.port}/artifact`);
    await open.close();
    expect(policy.get('script-src')).toBe(`script-src 'unsafe-inline' blob: 127.0.0.1:${open.port}/artifact/`);
    expect([...policy.values()].join()).not.toContain('cdn.example.com');
    expect(policy.get('connect-src')).toBe("connect-src 'none'");
    expect(policy.get('frame-src')).toBe("frame-src 'none'");
    expect(policy.get('frame-ancestors')).toBe('frame-ancestors https://chat.example.com 127.0.0.1:*');
    expect(policy.get('sandbox')).toBe('sandbox allow-scripts');
  });

  it('names the address that a proxy gives it', async () => {
    const open = await startAppFrames({ ...options, hosts: [], url: 'https://apps.example.net' });
    const policy = await policyOf(`http://127.0.0.1:${open.port}/artifact`);
    await open.close();
    expect(policy.get('script-src')).toBe("script-src 'unsafe-inline' blob: https://apps.example.net/artifact/");
  });

  it('has scripts that a frame without an origin may read, once for as long as they stay the same', async () => {
    const first = await fetch(`${url}/artifact/react.js`);
    expect(await first.text()).toBe('export {};');
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    expect(first.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const again = await fetch(`${url}/artifact/react.js`, {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });
});

/** What the server says to these very bytes. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(frames.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  return await text(socket);
}
