import { networkInterfaces } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { whyNoRealEngine } from '../testing/real-engine.ts';
import { openAttackSite } from './__fixtures__/attack-box.ts';

const missing = await whyNoRealEngine('python', 'node');

/** Every address of this machine: a server on it must be as far away as the rest of the world. */
const hosts = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(({ family, internal }) => family === 'IPv4' && !internal)
  .map(({ address }) => address);

function refusals(name: string): readonly string[] {
  return name.includes('socket') ? ['ENOENT'] : ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAI -2', 'EAI -3'];
}

describe.skipIf(missing !== undefined)('a program that looks for a network', () => {
  const site = openAttackSite();
  afterAll(() => site.close());

  it('reaches no host, no service of a cloud, no name and no socket of the engine, by any protocol', async () => {
    const attacker = await site.open();
    const { interfaces, routes, loopback, ...answers } = await attacker.ask('network.py', ...hosts);
    expect({ interfaces, routes, loopback }).toEqual({ interfaces: ['lo'], routes: 0, loopback: 'ECONNREFUSED' });
    expect(Object.entries(answers).filter(([name, answer]) => !refusals(name).includes(String(answer)))).toEqual([]);
    await attacker.expectUsable();
  });

  it('may talk to itself', async () => {
    const attacker = await site.open();
    const code = `
import socket, threading
server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=lambda: server.accept()[0].send(b"hello"), daemon=True).start()
print(socket.create_connection(server.getsockname()).recv(9).decode())`;
    expect(await attacker.run(code)).toMatchObject({ stdout: 'hello\n', exitCode: 0 });
  });

  it('does not find it from Node either', async () => {
    const attacker = await site.open('node');
    const code = `
const told = (error) => console.log(error.cause?.code ?? error.code);
await fetch('http://1.1.1.1/').catch(told);
await fetch('http://example.org/').catch(told);
await import('node:dns/promises').then((dns) => dns.resolve4('example.org')).catch(told);`;
    const { stdout } = await attacker.run(code, { language: 'typescript' });
    expect(
      stdout
        .trim()
        .split('\n')
        .every((line) => /^(ENETUNREACH|EAI_AGAIN|ECONNREFUSED|ENOTFOUND)$/.test(line)),
    ).toBe(true);
  });
});
