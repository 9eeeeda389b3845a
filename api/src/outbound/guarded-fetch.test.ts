import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createAddressRules } from './address-rules.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { readBounded } from './read-bounded.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const refusal = expect.objectContaining({ code: 'address-not-allowed' });
const strict = createGuardedFetch({ allowedAddresses: [] });
const answers =
  (...addresses: string[]): NonNullable<Parameters<typeof createGuardedFetch>[0]['lookUp']> =>
  (_name, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

describe('a guarded fetch refuses', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0/',
    'http://0.0.0.0:8080/',
    'http://10.0.0.1/',
    'http://172.16.5.4/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://198.18.0.1/',
    'http://192.0.2.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd12:3456::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://api.localhost/',
    'http://１２７.０.０.１/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'blob:nodedata:0b1',
  ])('%s', async (address) => {
    await expect(strict(address)).rejects.toEqual(refusal);
  });

  it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', '::ffff:192.168.0.1', 'fe80::1%eth0', 'fd00::1'])(
    'a name that leads to %s',
    async (address) => {
      const guarded = createGuardedFetch({ allowedAddresses: [], lookUp: answers(address) });
      await expect(guarded('http://innocent.example/')).rejects.toEqual(refusal);
    },
  );

  it('a name with one private address among public ones', async () => {
    const guarded = createGuardedFetch({ allowedAddresses: [], lookUp: answers('93.184.215.14', '127.0.0.1') });
    await expect(guarded('https://innocent.example/')).rejects.toEqual(refusal);
  });

  it('a redirect to a private address, without asking it', async () => {
    let asked = 0;
    const secret = await serve((_request, response) => {
      asked += 1;
      response.end('secret');
    });
    const entrance = await serve((_request, response) => {
      response.writeHead(302, { Location: `http://127.0.0.1:${secret}/` }).end();
    });
    const guarded = createGuardedFetch({ allowedAddresses: [`127.0.0.1:${entrance}`] });
    await expect(guarded(`http://127.0.0.1:${entrance}/`)).rejects.toEqual(refusal);
    expect(asked).toBe(0);
  });

  it('a redirect away from http', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(302, { Location: 'file:///etc/passwd' }).end();
    });
    const guarded = createGuardedFetch({ allowedAddresses: ['127.0.0.1'] });
    await expect(guarded(`http://127.0.0.1:${port}/`)).rejects.toEqual(refusal);
  });

  it('everything beside its allowed domains', async () => {
    const guarded = createGuardedFetch({
      allowedAddresses: [],
      allowedDomains: ['example.com', '*.example.org', 'https://api.example.net:8443'],
      lookUp: (_name, callback) => callback(new Error('looked up'), []),
    });
    const isLookedUp = async (address: string): Promise<boolean> => {
      const error: unknown = await guarded(address).catch((thrown: unknown) => thrown);
      return error instanceof TypeError;
    };
    for (const address of [
      'https://example.com/',
      'https://example.org/',
      'https://a.b.example.org/',
      'https://api.example.net:8443/',
    ]) {
      expect([address, await isLookedUp(address)]).toEqual([address, true]);
    }
    for (const address of [
      'https://www.example.com/',
      'https://notexample.com/',
      'https://badexample.org/',
      'https://example.com.evil.example/',
      'http://api.example.net:8443/',
      'https://api.example.net/',
    ]) {
      await expect(guarded(address)).rejects.toEqual(refusal);
    }
  });

  it('a public domain of its list that leads to a private address', async () => {
    const guarded = createGuardedFetch({
      allowedAddresses: [],
      allowedDomains: ['example.com'],
      lookUp: answers('127.0.0.1'),
    });
    await expect(guarded('http://example.com/')).rejects.toEqual(refusal);
  });
});

describe('a guarded fetch allows', () => {
  it.each(['http://1.1.1.1/', 'http://[2606:4700::1111]/', 'http://[::ffff:1.1.1.1]/', 'http://[64:ff9b::101:101]/'])(
    '%s, which is public',
    (address) => {
      expect(() => createAddressRules({ allowedAddresses: [] }).checkUrl(new URL(address))).not.toThrow();
    },
  );

  it.each([
    ['an address', '127.0.0.1', undefined],
    ['a range', '127.0.0.0/8', undefined],
    ['an address among the domains', undefined, '127.0.0.1'],
  ])('%s', async (_name, address, domain) => {
    const port = await serve((_request, response) => response.end('hello'));
    const guarded = createGuardedFetch({
      allowedAddresses: address === undefined ? [] : [address],
      allowedDomains: domain === undefined ? undefined : [domain],
    });
    const response = await guarded(`http://127.0.0.1:${port}/`);
    expect(response).toBeInstanceOf(Response);
    expect(await response.text()).toBe('hello');
  });

  it('a host with its port, and no other port of it', async () => {
    const port = await serve((_request, response) => response.end('hello'));
    const guarded = createGuardedFetch({
      allowedAddresses: [`tools.internal:${port}`],
      lookUp: answers('127.0.0.1'),
    });
    expect(await (await guarded(`http://tools.internal:${port}/`)).text()).toBe('hello');
    await expect(guarded(`http://tools.internal:${port + 1}/`)).rejects.toEqual(refusal);
    await expect(guarded(`http://other.internal:${port}/`)).rejects.toEqual(refusal);
  });

  it('a name on the way to an allowed address', async () => {
    const port = await serve((_request, response) => response.end('hello'));
    const guarded = createGuardedFetch({ allowedAddresses: [`127.0.0.1:${port}`], lookUp: answers('127.0.0.1') });
    expect(await (await guarded(`http://tools.example:${port}/`)).text()).toBe('hello');
  });
});

it('connects to what it has checked: a name is looked up once for each connection', async () => {
  let asked = 0;
  const port = await serve((_request, response) => response.setHeader('Connection', 'close').end('inside'));
  const guarded = createGuardedFetch({
    allowedAddresses: ['198.51.100.7'],
    lookUp(_name, callback) {
      asked += 1;
      // The first answer is harmless and leads nowhere; whoever looks twice gets the second.
      callback(null, [{ address: asked === 1 ? '198.51.100.7' : '127.0.0.1', family: 4 }]);
    },
  });
  const signal = AbortSignal.timeout(200);
  await guarded(`http://rebinding.example:${port}/`, { signal }).catch(() => undefined);
  expect(asked).toBe(1);
  await expect(guarded(`http://rebinding.example:${port}/`)).rejects.toEqual(refusal);
});

/** Two servers that tell what they were asked; the first one redirects. */
async function twoServers(status: number) {
  const seen: { method: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];
  const note: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      seen.push({ method: request.method, headers: request.headers, body });
      response.end('arrived');
    });
  };
  const target = await serve(note);
  const entrance = await serve((request, response) => {
    if (request.url === '/here') note(request, response);
    else {
      const to = request.url === '/within' ? '/here' : `http://127.0.0.1:${target}/there`;
      response.writeHead(status, { Location: to }).end('moved');
    }
  });
  const guarded = createGuardedFetch({ allowedAddresses: ['127.0.0.1'] });
  return { seen, guarded, url: `http://127.0.0.1:${entrance}` };
}

describe('redirects', () => {
  const headers = { Authorization: 'Bearer secret', Cookie: 'a=b', 'X-Api-Key': 'secret', Accept: 'text/plain' };

  it('take no credentials to another origin', async () => {
    const { seen, guarded, url } = await twoServers(307);
    const response = await guarded(`${url}/away`, { headers });
    expect(await response.text()).toBe('arrived');
    expect(response.url).toContain('/there');
    expect(seen[0]?.headers).toMatchObject({ accept: 'text/plain' });
    expect(Object.keys(seen[0]?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(authorization|cookie|x-api-key)$/)]),
    );
  });

  it('keep them within an origin', async () => {
    const { seen, guarded, url } = await twoServers(302);
    await guarded(`${url}/within`, { headers });
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer secret', cookie: 'a=b', 'x-api-key': 'secret' });
  });

  it.each([
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', '{"a":1}'],
    [308, 'POST', '{"a":1}'],
  ])('with %i turn a POST into a %s', async (status, method, body) => {
    const { seen, guarded, url } = await twoServers(status);
    const init = { method: 'POST', body: '{"a":1}', headers: { 'Content-Type': 'application/json' } };
    await guarded(new Request(`${url}/within`, init));
    expect(seen).toMatchObject([{ method, body }]);
  });

  it('are shown or refused when its caller says so', async () => {
    const { guarded, url } = await twoServers(302);
    expect((await guarded(`${url}/away`, { redirect: 'manual' })).status).toBe(302);
    await expect(guarded(`${url}/away`, { redirect: 'error' })).rejects.toBeInstanceOf(TypeError);
  });

  it('come to an end', async () => {
    let asked = 0;
    const port = await serve((_request, response) => {
      asked += 1;
      response.writeHead(302, { Location: '/again' }).end();
    });
    const guarded = createGuardedFetch({ allowedAddresses: ['127.0.0.1'], maxRedirects: 3 });
    await expect(guarded(`http://127.0.0.1:${port}/`)).rejects.toBeInstanceOf(TypeError);
    expect(asked).toBe(4);
  });

  it.each(['http://', 'http://:0', '//'])('to “%s” fail', async (location) => {
    const port = await serve((_request, response) => {
      response.writeHead(302, { Location: location }).end();
    });
    const guarded = createGuardedFetch({ allowedAddresses: ['127.0.0.1'] });
    await expect(guarded(`http://127.0.0.1:${port}/`)).rejects.toBeInstanceOf(TypeError);
  });
});

it('ends when its caller has had enough', async () => {
  const port = await serve(() => undefined);
  const guarded = createGuardedFetch({ allowedAddresses: ['127.0.0.1'] });
  const controller = new AbortController();
  const answer = guarded(`http://127.0.0.1:${port}/`, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(answer).rejects.toThrow('enough');
});

describe('a body read with a bound', () => {
  it('comes whole when it is within', async () => {
    const bytes = await readBounded(new Response('hello'), 5);
    expect(bytes === undefined ? undefined : Buffer.from(bytes).toString()).toBe('hello');
    expect(await readBounded(new Response(null), 5)).toHaveLength(0);
  });

  it('is given up as soon as it is more, whatever its headers say', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1_000));
      },
    });
    expect(await readBounded(new Response(endless), 10_000)).toBeUndefined();
    expect(pulled).toBeLessThan(20);
    expect(await readBounded(new Response('x', { headers: { 'Content-Length': '99999' } }), 10)).toBeUndefined();
  });
});
