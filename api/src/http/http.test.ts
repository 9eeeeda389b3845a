import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { problemDocumentSchema } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';

const themeScript = "document.documentElement.dataset.theme = 'dark'";
const indexHtml = `<!doctype html><script>${themeScript}</script><script type="module" src="/assets/app-1a2b.js"></script>`;

let app: TestApp;
let installRoot: string;

beforeAll(async () => {
  installRoot = await mkdtemp(path.join(tmpdir(), 'parley-install-'));
  await mkdir(path.join(installRoot, 'client/dist/assets'), { recursive: true });
  await writeFile(path.join(installRoot, 'client/dist/index.html'), indexHtml);
  await writeFile(path.join(installRoot, 'client/dist/assets/app-1a2b.js'), `/* ${'x'.repeat(5_000)} */`);
  await writeFile(path.join(installRoot, 'client/dist/assets/app-1a2b.js.br'), brotliCompressSync('/* small */'));
  await writeFile(path.join(installRoot, 'client/dist/favicon.svg'), '<svg/>');
  await writeFile(path.join(installRoot, 'README.md'), '# Parley\n');
  app = await startTestApp({ gateway: false, installRoot });
});

afterAll(async () => {
  await app.close();
  await rm(installRoot, { recursive: true });
});

const html = { headers: { Accept: 'text/html' } };

/** Status and code of a problem, whose document has been checked. */
async function problemOf(response: Response): Promise<string> {
  expect(response.headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
  const document = problemDocumentSchema.parse(await response.json());
  expect(document.status).toBe(response.status);
  expect(document.requestId).toBe(response.headers.get('X-Request-Id'));
  expect(document).not.toHaveProperty('stack');
  return `${document.status} ${document.code}`;
}

function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> {
  return fetch(`${app.url}/api/auth/login`, { method: 'POST', body, headers });
}

/** What the server answers to raw bytes before it hangs up. */
async function exchange(sent: string): Promise<string> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  socket.write(sent);
  let answer = '';
  for await (const bytes of socket.setEncoding('utf8')) answer += String(bytes);
  return answer;
}

describe('a request that makes no sense', () => {
  it('to an unknown address is not found', async () => {
    expect(await problemOf(await fetch(`${app.url}/api/nothing`))).toBe('404 not-found');
    expect(await problemOf(await fetch(`${app.url}/api/nothing`, html))).toBe('404 not-found');
    expect(await problemOf(await fetch(`${app.url}/api`, html))).toBe('404 not-found');
    expect(await problemOf(await fetch(`${app.url}/nothing`, { method: 'POST' }))).toBe('404 not-found');
  });

  it('with a method the address does not take names those it takes', async () => {
    const response = await fetch(`${app.url}/api/auth/login`);
    expect(response.headers.get('Allow')).toBe('POST');
    expect(await problemOf(response)).toBe('405 method-not-allowed');
    expect(await problemOf(await fetch(`${app.url}/api/config`, { method: 'DELETE' }))).toBe('405 method-not-allowed');
    expect((await fetch(`${app.url}/api/config`, { method: 'OPTIONS' })).headers.get('Allow')).toBe('GET, HEAD');
    expect(await problemOf(await fetch(`${app.url}/api/nothing`, { method: 'OPTIONS' }))).toBe('404 not-found');
    for (const address of ['/livez', '/readyz', '/health', '/api/openapi.json']) {
      const refused = await fetch(app.url + address, { method: 'PUT' });
      expect(refused.headers.get('Allow')).toBe('GET, HEAD');
      expect(await problemOf(refused)).toBe('405 method-not-allowed');
    }
  });

  it.each([
    ['malformed JSON', '{"email":', { 'Content-Type': 'application/json' }, 400, 'invalid-json'],
    ['JSON of another shape', '[1]', { 'Content-Type': 'application/json' }, 400, 'invalid-request'],
    ['a bare word', '"text"', { 'Content-Type': 'application/json' }, 400, 'invalid-request'],
    ['no body', '', { 'Content-Type': 'application/json' }, 400, 'invalid-request'],
    ['a form', 'email=a', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media-type'],
    ['plain text', '{"email":"a"}', { 'Content-Type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['a strange charset', '{}', { 'Content-Type': 'application/json; charset=ebcdic' }, 415, 'unsupported-media-type'],
    [
      'a strange encoding',
      '{}',
      { 'Content-Type': 'application/json', 'Content-Encoding': 'zip' },
      415,
      'unsupported-media-type',
    ],
    [
      'a broken compression',
      'no gzip',
      { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      400,
      'invalid-json',
    ],
    [
      'bytes that are no text',
      new Uint8Array([...Buffer.from('{"email":"'), 0xff, 0xc0, ...Buffer.from('"}')]),
      { 'Content-Type': 'application/json' },
      400,
      'invalid-json',
    ],
    [
      'too much of it',
      JSON.stringify({ email: 'x'.repeat(1024 * 1024) }),
      { 'Content-Type': 'application/json' },
      413,
      'body-too-large',
    ],
  ])('with %s as body is refused', async (_what, body, headers, status, code) => {
    expect(await problemOf(await post(body, headers))).toBe(`${status} ${code}`);
  });

  it('that breaks off is not answered, and the server goes on', async () => {
    const { port } = new URL(app.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"em',
    );
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  });

  it.each([
    ['announces', 'Content-Length: 99999999\r\n\r\n{'],
    ['sends', `Transfer-Encoding: chunked\r\n\r\n${(1024 * 1024 + 1).toString(16)}\r\n${' '.repeat(1024 * 1024 + 1)}`],
  ])('that %s too much is refused before its end has come', async (_what, rest) => {
    const answer = await exchange(
      `POST /api/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n${rest}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"body-too-large"');
  });

  it.each([
    ['what is not HTTP', 'HELLO\r\n\r\n', '400 Bad Request', 'invalid-request'],
    [
      'an endless address',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      '431 Request Header Fields Too Large',
      'headers-too-large',
    ],
  ])('for being %s is a problem like any other', async (_what, sent, status, code) => {
    const answer = await exchange(sent);
    const [head, body = ''] = answer.split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status}\r\nContent-Type: application/problem+json`);
    expect(problemDocumentSchema.parse(JSON.parse(body))).toMatchObject({ code, status: Number.parseInt(status, 10) });
  });

  it('with an address that cannot be decoded is refused', async () => {
    expect(await problemOf(await fetch(`${app.url}/api/conversations/%E0%A4%A`))).toBe('400 invalid-request');
  });

  it('with a parameter given twice is refused', async () => {
    expect(await problemOf(await fetch(`${app.url}/api/docs?path=a.md&path=b.md`))).toBe('400 invalid-request');
  });
});

describe('every answer', () => {
  it('carries a request id, that of a proxy if it sends one', async () => {
    expect((await fetch(`${app.url}/livez`)).headers.get('X-Request-Id')).toMatch(/^[\w-]{36}$/);
    const given = await fetch(`${app.url}/livez`, { headers: { 'X-Request-Id': 'from-the-proxy-1' } });
    expect(given.headers.get('X-Request-Id')).toBe('from-the-proxy-1');
    const unusable = await fetch(`${app.url}/livez`, { headers: { 'X-Request-Id': 'a b"c' } });
    expect(unusable.headers.get('X-Request-Id')).toMatch(/^[\w-]{36}$/);
  });

  it('confines the browser to our own files and the inline script of the page', async () => {
    const { headers } = await fetch(`${app.url}/`, html);
    const hash = createHash('sha256').update(themeScript).digest('base64');
    const policy = headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain('unsafe-eval');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('X-Powered-By')).toBeNull();
  });
});

describe('the client', () => {
  it('answers its page at every address that is not of the api', async () => {
    for (const address of ['/', '/c/123', '/login', '/docs/guides/deploy.md']) {
      const response = await fetch(app.url + address, html);
      expect(response.status).toBe(200);
      expect(response.headers.get('Cache-Control')).toBe('no-cache');
      expect(await response.text()).toBe(indexHtml);
    }
  });

  it('lets files with a hash be kept for ever, and compresses them', async () => {
    const response = await fetch(`${app.url}/assets/app-1a2b.js`, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('Content-Encoding')).toBe('gzip');
    expect((await fetch(`${app.url}/favicon.svg`)).headers.get('Cache-Control')).toBe('no-cache');
  });

  it('sends what the build has compressed, as what it is', async () => {
    const response = await fetch(`${app.url}/assets/app-1a2b.js`, { headers: { 'Accept-Encoding': 'gzip, br' } });
    expect(response.headers.get('Content-Encoding')).toBe('br');
    expect(response.headers.get('Content-Type')).toMatch(/^text\/javascript/);
    expect(response.headers.get('Vary')).toContain('Accept-Encoding');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(await response.text()).toBe('/* small */');
  });

  it('has no page in place of a missing file', async () => {
    expect(await problemOf(await fetch(`${app.url}/assets/old-9z.js`, html))).toBe('404 not-found');
    expect(await problemOf(await fetch(`${app.url}/nothing.png`, { headers: { Accept: 'image/png' } }))).toBe(
      '404 not-found',
    );
  });

  it('answers its page to programs, too, but not in place of a file', async () => {
    expect((await fetch(`${app.url}/login`)).status).toBe(200);
    expect(await problemOf(await fetch(`${app.url}/backup.sql`))).toBe('404 not-found');
  });

  it('gives out nothing beside its own files', async () => {
    const { port } = new URL(app.url);
    for (const address of ['/../README.md', '/%2e%2e/README.md', '/assets/..%2f..%2f..%2fREADME.md', '/.env']) {
      const status = await new Promise((resolve, reject) => {
        rawRequest({ port, host: '127.0.0.1', path: address, headers: { Accept: '*/*;q=0' } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .once('error', reject)
          .end();
      });
      expect([400, 403, 404]).toContain(status);
    }
  });
});

describe('probes', () => {
  it('say that it lives and is ready', async () => {
    expect(await (await fetch(`${app.url}/livez`)).json()).toEqual({ status: 'ok' });
    for (const address of ['/readyz', '/health']) {
      const response = await fetch(app.url + address);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        status: 'ok',
        version: '0.0.0-test',
        checks: { database: 'ok', draining: false },
      });
    }
  });
});

describe('the description of the api', () => {
  it('names every route with its input, its answer and its problems', async () => {
    const response = await fetch(`${app.url}/api/openapi.json`);
    expect(await response.json()).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/api/auth/register': {
          post: {
            operationId: 'register',
            security: [],
            requestBody: { content: { 'application/json': { schema: { required: ['email', 'name', 'password'] } } } },
            responses: { 201: {}, 400: {}, 413: {}, 415: {}, 500: {} },
          },
        },
        '/api/conversations/{id}': {
          patch: {
            security: [{ accessToken: [] }],
            parameters: [{ name: 'id', in: 'path', required: true }],
            responses: { 200: {}, 401: {}, 404: {} },
          },
        },
        '/api/conversations': {
          get: {
            parameters: [
              { name: 'cursor', required: false },
              { name: 'limit' },
              { name: 'archived' },
              { name: 'pinned' },
              { name: 'tag' },
              { name: 'projectId' },
              { name: 'shared' },
            ],
          },
        },
      },
      components: { schemas: { Problem: { properties: { code: {} } } } },
    });
  });
});
