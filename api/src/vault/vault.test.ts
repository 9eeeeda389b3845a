import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createVault } from './vault.ts';
import { VaultError } from './vault-error.ts';

const vault = createVault('a key of the operator, 32 characters or more');

function codeOf(open: () => unknown): VaultError['code'] | undefined {
  try {
    open();
    return undefined;
  } catch (error) {
    if (error instanceof VaultError) return error.code;
    throw error;
  }
}

it('opens what it has sealed, whatever the text and its context', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, context) => {
      expect(vault.open(vault.seal(text, context), context)).toBe(text);
    }),
  );
});

it('seals the same text differently each time, and shows nothing of it', () => {
  const sealed = [vault.seal('hunter2', 'a'), vault.seal('hunter2', 'a')];
  expect(sealed[0]).not.toBe(sealed[1]);
  expect(Buffer.from(sealed.join(''), 'base64url').includes('hunter2')).toBe(false);
});

it('does not open a text that was moved to another place', () => {
  const sealed = vault.seal('hunter2', 'mcp-secret:anna');
  expect(codeOf(() => vault.open(sealed, 'mcp-secret:ben'))).toBe('unreadable');
});

it('does not open a text of which any one bit was altered', () => {
  const bytes = Buffer.from(vault.seal('hunter2', 'a').slice(3), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(codeOf(() => vault.open(`v1.${altered.toString('base64url')}`, 'a'))).toBe('unreadable');
  }
});

it('does not open a text that was cut short', () => {
  const sealed = vault.seal('hunter2', 'a');
  for (let length = 3; length < sealed.length; length += 1) {
    expect(codeOf(() => vault.open(sealed.slice(0, length), 'a'))).toBe('unreadable');
  }
});

it('does not open a text that was sealed under another key', () => {
  const other = createVault('another key of the operator, long enough');
  expect(codeOf(() => other.open(vault.seal('hunter2', 'a'), 'a'))).toBe('unreadable');
});

it('says so when a text has an older version or none', () => {
  const [, body] = vault.seal('hunter2', 'a').split('.');
  for (const sealed of [`v0.${body}`, `v2.${body}`, String(body), 'hunter2', '']) {
    expect(codeOf(() => vault.open(sealed, 'a'))).toBe('unknown-version');
  }
});
