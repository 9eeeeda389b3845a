import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { signRequest } from './sigv4.ts';

const credentials = {
  region: 'eu-central-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPx',
};
const date = new Date('2026-11-20T16:08:07.123Z');

async function signByAws(url: URL, body: string, headers: Record<string, string>, sessionToken?: string) {
  const signer = new SignatureV4({
    credentials: { ...credentials, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region: credentials.region,
    service: 'bedrock',
    sha256: Sha256,
  });
  const query = Object.fromEntries(url.searchParams);
  const request = { method: 'POST', protocol: url.protocol, hostname: url.hostname, path: url.pathname, query };
  return signer.sign({ ...request, headers: { host: url.host, ...headers }, body }, { signingDate: date });
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

test('signs as AWS itself does, whatever is in the path, the query and the body', async () => {
  const headers = { 'content-type': 'application/json' };
  await fc.assert(
    fc.asyncProperty(text, fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), text), text, async (model, query, body) => {
      const url = new URL(
        `https://bedrock-runtime.eu-central-1.amazonaws.com/model/${encodeURIComponent(model)}/converse-stream`,
      );
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const ours = signRequest({ method: 'POST', url, body, headers, service: 'bedrock', credentials, date });
      const theirs = await signByAws(url, body, headers);
      expect(ours['authorization']).toBe(theirs.headers['authorization']);
      expect(ours['x-amz-date']).toBe(theirs.headers['x-amz-date']);
      expect(ours['x-amz-content-sha256']).toBe(theirs.headers['x-amz-content-sha256']);
    }),
    { numRuns: 60 },
  );
});

test('signs a session token and a port', async () => {
  const url = new URL(
    'http://127.0.0.1:4566/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx/converse-stream',
  );
  const sessionToken = 'token/with+signs==';
  const ours = signRequest({
    method: 'POST',
    url,
    body: Buffer.from('{}'),
    headers: {},
    service: 'bedrock',
    credentials: { ...credentials, sessionToken },
    date,
  });
  const theirs = await signByAws(url, '{}', {}, sessionToken);
  expect(ours['x-amz-security-token']).toBe(sessionToken);
  expect(ours['authorization']).toBe(theirs.headers['authorization']);
});
