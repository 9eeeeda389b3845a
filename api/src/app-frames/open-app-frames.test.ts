import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openAppFrames } from './open-app-frames.ts';
import { startAppFrames } from './start-app-frames.ts';

const http = { host: '127.0.0.1', port: 0, trustProxy: 0 };
const publicUrl = 'http://localhost:3080';
const installRoot = '/nowhere';

it('opens nothing when apps are switched off', async () => {
  expect(await openAppFrames({ http, publicUrl, installRoot }, pino({ level: 'silent' }))).toBeUndefined();
});

it('does without apps, and says so, when the port is taken', async () => {
  const holder = await startAppFrames({ host: '127.0.0.1', port: 0, publicUrl, hosts: [], scripts: installRoot });
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
  const opened = await openAppFrames(
    { http, publicUrl, installRoot, appFrames: { port: holder.port, hosts: [] } },
    log,
  );
  await holder.close();
  expect(opened).toBeUndefined();
  expect(lines.join()).toContain('APP_FRAME_PORT');
});

it('says where the frames are', async () => {
  const hosts = ['https://cdn.example.com'];
  const url = 'https://apps.example.net';
  const opened = await openAppFrames(
    { http, publicUrl, installRoot, appFrames: { port: 0, hosts, url } },
    pino({ level: 'silent' }),
  );
  expect(opened).toMatchObject({ hosts, address: { url, port: expect.any(Number) } });
  await opened?.close();
});
