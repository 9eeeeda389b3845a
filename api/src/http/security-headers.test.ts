import express from 'express';
import { afterAll, expect, it } from 'vitest';
import { createSecurityHeaders } from './security-headers.ts';
import type { AppFrameAddress } from './security-headers.ts';
import { serve } from './serve.ts';
import type { RunningServer } from './serve.ts';

const running: RunningServer[] = [];
afterAll(async () => {
  await Promise.all(running.map((server) => server.close()));
});

async function frameSourceOf(appFrame?: AppFrameAddress): Promise<string | undefined> {
  const app = express()
    .use(createSecurityHeaders(undefined, appFrame))
    .use((_request, response) => response.end());
  const server = await serve(app, { host: '127.0.0.1', port: 0 });
  running.push(server);
  const { headers } = await fetch(`http://127.0.0.1:${server.port}/`);
  return /frame-src ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1];
}

it('lets the product frame nothing', async () => {
  expect(await frameSourceOf()).toBe("'none'");
});

it('lets it frame apps of tools, on their own port of the host it was asked at', async () => {
  expect(await frameSourceOf({ port: 3081 })).toBe('127.0.0.1:3081');
});

it('lets it frame apps of tools at the address of their own', async () => {
  expect(await frameSourceOf({ port: 3081, url: 'https://apps.example.net' })).toBe('https://apps.example.net');
});
