import { conversationIdSchema } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { conversationCursor } from './conversation-cursor.ts';

const position = {
  updatedAt: new Date('2026-01-01T12:00:00.123Z'),
  id: conversationIdSchema.parse('00000000-0000-4000-8000-000000000001'),
};

describe('a cursor', () => {
  it('leads back to its position', () => {
    expect(conversationCursor.parse(conversationCursor.format(position))).toEqual(position);
  });

  it('is safe in a URL', () => {
    expect(conversationCursor.format(position)).toMatch(/^[\w-]+$/);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'next'],
    ['another text in base64url', Buffer.from('12.not-an-id').toString('base64url')],
    ['a cursor with something behind it', `${conversationCursor.format(position)}AA`],
    ['another spelling of a cursor', `${conversationCursor.format(position)}=`],
  ])('is refused when it is %s', (_name, cursor) => {
    expect(() => conversationCursor.parse(cursor)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});
