import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dialects } from '../core/model-request.ts';
import { carrySignature, mayHoldCarriedSignature, readCarriedSignature } from './carried-signature.ts';

const kinds = ['signature', 'opaque'] as const;

test('a signature comes back as it was, whoever gave it and whoever carried it', () => {
  const cases = fc.record({
    kind: fc.constantFrom(...kinds),
    asked: fc.constantFrom(...kinds),
    dialect: fc.constantFrom(...dialects),
    own: fc.constantFrom(...dialects),
    value: fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !value.startsWith('parley:')),
  });
  fc.assert(
    fc.property(cases, ({ kind, asked, dialect, own, value }) => {
      const carried = { kind, signature: { dialect, value } };
      // The vendor's own value says nothing of its kind: that is known from where it stands.
      const place = dialect === own ? kind : asked;
      expect(readCarriedSignature(carrySignature(carried, own), place, own)).toEqual(carried);
    }),
  );
});

test('a signature of a call keeps the name of its call', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (callId, value) => {
      const carried = { kind: 'call', callId, signature: { dialect: 'google-generative', value } } as const;
      const text = carrySignature(carried, 'google-generative');
      expect(readCarriedSignature(text, 'opaque', 'google-generative')).toEqual(carried);
    }),
  );
});

test("the vendor's own value is not touched", () => {
  const own = { dialect: 'anthropic-messages', value: 'EqQB:x/+=' } as const;
  expect(carrySignature({ kind: 'signature', signature: own }, 'anthropic-messages')).toBe(own.value);
});

test.each(['parley:', 'parley:signature:nobody::x', 'parley:made-up:openai-chat::x'])(
  'what only looks like a mark (%s) is the vendor’s own',
  (value) => {
    const plain = { kind: 'signature', signature: { dialect: 'anthropic-messages', value } };
    expect(readCarriedSignature(value, 'signature', 'anthropic-messages')).toEqual(plain);
  },
);

test('a name of a call that was not written by us is taken as it is', () => {
  expect(readCarriedSignature('parley:call:openai-chat:%:x', 'opaque', 'openai-chat')).toMatchObject({ callId: '%' });
});

test('a body that holds a carried signature is told from one where people write about them', () => {
  const carried = { kind: 'signature', signature: { dialect: 'openai-chat', value: 'x' } } as const;
  const held = { signature: carrySignature(carried, 'anthropic-messages') };
  for (const text of [JSON.stringify(held), JSON.stringify(held, undefined, 1)]) {
    expect(mayHoldCarriedSignature(Buffer.from(text), 'anthropic-messages')).toBe(true);
  }
  const written = JSON.stringify({ text: JSON.stringify(held) });
  expect(mayHoldCarriedSignature(Buffer.from(written), 'anthropic-messages')).toBe(false);
  expect(mayHoldCarriedSignature(Buffer.from('{"signature":"EqQB"}'), 'anthropic-messages')).toBe(false);
});
