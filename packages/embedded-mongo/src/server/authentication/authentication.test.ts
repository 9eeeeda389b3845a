import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize, type Document } from 'bson';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedMongo, type EmbeddedMongo } from '../../index.ts';
import { beginScram, scramCredentials } from './scram.ts';

const directory = mkdtempSync(join(tmpdir(), 'parley-tcp-'));
let store: EmbeddedMongo;
let address: URL;

beforeAll(async () => {
  store = await startEmbeddedMongo({ path: directory, port: 0 });
  address = new URL(store.uri);
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Sends commands one after another on one connection; undefined stands for a connection that was closed. */
async function converse(...commands: readonly Document[]): Promise<(Document | undefined)[]> {
  const socket = connect(Number(address.port), address.hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  const answers: (Document | undefined)[] = [];
  for (const command of commands) {
    const body = serialize({ ...command, $db: 'admin' });
    const head = Buffer.alloc(21);
    head.writeInt32LE(21 + body.length, 0);
    head.writeInt32LE(2013, 12);
    const answer = new Promise<Document | undefined>((resolve) => {
      socket.once('data', (chunk) => resolve(deserialize(Buffer.from(chunk).subarray(21))));
      socket.once('close', () => resolve(undefined));
    });
    socket.write(Buffer.concat([head, body]));
    answers.push(await answer);
  }
  socket.destroy();
  return answers;
}

const firstMessage = { mechanism: 'SCRAM-SHA-256', payload: Buffer.from('n,,n=parley,r=abcdef') };

describe('a store on TCP', () => {
  it('serves who knows its password, sessions and transactions included', async () => {
    const client = await MongoClient.connect(store.uri);
    const items = client.db('test').collection<{ _id: number }>('items');
    await client.withSession((session) => session.withTransaction(() => items.insertOne({ _id: 1 }, { session })));
    expect(await items.countDocuments()).toBe(1);
    await client.close();
  });

  it('says who has logged in, until the logout', async () => {
    const client = await MongoClient.connect(store.uri, { maxPoolSize: 1 });
    const admin = client.db('admin');
    expect(await admin.command({ connectionStatus: 1 })).toMatchObject({
      authInfo: {
        authenticatedUsers: [{ user: 'parley', db: 'admin' }],
        authenticatedUserRoles: [{ role: 'root', db: 'admin' }],
      },
    });
    await admin.command({ logout: 1 });
    expect(await admin.command({ connectionStatus: 1 })).toMatchObject({ authInfo: { authenticatedUsers: [] } });
    await expect(admin.command({ listDatabases: 1 })).rejects.toMatchObject({ code: 13 });
    await client.close();
  });

  it('listens on this machine alone and keeps its password for its owner, across restarts', async () => {
    expect(address.hostname).toBe('127.0.0.1');
    expect(statSync(join(directory, 'password')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(directory, 'password'), 'utf8')).toBe(address.password);
    await store.close();
    store = await startEmbeddedMongo({ path: directory, port: Number(address.port) });
    expect(store.uri).toBe(address.href);
  });

  it.each([
    ['password', () => store.uri.replace(address.password, 'wrong')],
    ['user', () => store.uri.replace('parley:', 'somebody:')],
  ])('refuses a wrong %s with 18', async (_what, uri) => {
    const client = new MongoClient(uri(), { serverSelectionTimeoutMS: 3_000 });
    await expect(client.connect()).rejects.toMatchObject({ code: 18, codeName: 'AuthenticationFailed' });
    await client.close();
  });

  it('refuses everything but the handshake without a login', async () => {
    const commands = [{ find: 'items' }, { insert: 'items', documents: [{}] }, { listDatabases: 1 }, { unheard: 1 }];
    for (const answer of await converse(...commands)) expect(answer).toMatchObject({ ok: 0, code: 13 });
    for (const answer of await converse({ hello: 1 }, { ping: 1 }, { buildInfo: 1 })) {
      expect(answer).toMatchObject({ ok: 1 });
    }
    expect(await converse({ commitTransaction: 1 }, { endSessions: [] })).toMatchObject([{ code: 13 }, { ok: 1 }]);
  });

  it('names its mechanism to who asks for its user', async () => {
    const [known, unknown] = await converse(
      { hello: 1, saslSupportedMechs: 'admin.parley' },
      { hello: 1, saslSupportedMechs: 'admin.other' },
    );
    expect(known).toMatchObject({ ok: 1, saslSupportedMechs: ['SCRAM-SHA-256'] });
    expect(unknown).not.toHaveProperty('saslSupportedMechs');
  });

  it('ends a connection after five failed logins', async () => {
    const bad = { saslContinue: 1, conversationId: 1, payload: Buffer.from('c=biws,r=x,p=AAAA') };
    const answers = await converse(...Array.from({ length: 6 }, () => bad));
    expect(answers.map((answer) => answer?.['code'])).toEqual([18, 18, 18, 18, 18, undefined]);
    expect(answers[5]).toBeUndefined();
  });

  it('refuses other mechanisms, malformed messages and channel binding', async () => {
    expect(await converse({ saslStart: 1, mechanism: 'PLAIN', payload: Buffer.from('') })).toMatchObject([
      { code: 334 },
    ]);
    for (const payload of ['', 'n,,', 'p=tls-unique,,n=parley,r=abc', 'n,,r=abc', '\uFFFF']) {
      const [answer] = await converse({ saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: Buffer.from(payload) });
      expect(answer).toMatchObject({ code: 18 });
    }
    expect(await converse({ saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: 7 })).toMatchObject([{ code: 2 }]);
  });

  it('does not take its own challenge for a login', async () => {
    const [, answer] = await converse({ saslStart: 1, ...firstMessage }, { find: 'items' });
    expect(answer).toMatchObject({ code: 13 });
  });

  it('says when its port is taken', async () => {
    const other = join(directory, 'other');
    await expect(startEmbeddedMongo({ path: other, port: Number(address.port) })).rejects.toMatchObject({
      code: 'address-unusable',
    });
  });
});

describe('SCRAM-SHA-256', () => {
  it('gives the proofs of RFC 7677', () => {
    const credentials = scramCredentials('user', 'pencil', {
      salt: Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'),
      iterations: 4096,
    });
    const conversation = beginScram(credentials, 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO', '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0');
    expect(conversation?.challenge).toBe(
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    );
    const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
    const proof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
    expect(conversation?.finish(`c=biws,r=${nonce},p=${proof}`)).toBe('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
    expect(conversation?.finish(`c=biws,r=${nonce},p=${proof.replace('d', 'e')}`)).toBeUndefined();
    expect(conversation?.finish(`c=eSws,r=${nonce},p=${proof}`)).toBeUndefined();
  });
});
