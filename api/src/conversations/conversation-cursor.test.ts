import { conversationIdSchema } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { formatCursor, parseCursor } from './conversation-cursor.ts';

const position = {
  updatedAt: new Date('2026-01-01T12:00:00.123Z'),
  id: conversationIdSchema.parse('00000000-0000-4000-8000-000000000001'),
};

describe('a cursor', () => {
  it('leads back to its position', () => {
    expect(parseCursor(formatCursor(position))).toEqual(position);
  });

  it('is safe in a URL', () => {
    expect(formatCursor(position)).toMatch(/^[\w-]+$/);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'next'],
    ['another text in base64url', Buffer.from('12.not-an-id').toString('base64url')],
    ['a cursor with something behind it', `${formatCursor(position)}AA`],
    ['another spelling of a cursor', `${formatCursor(position)}=`],
  ])('is refused when it is %s', (_name, cursor) => {
    expect(() => parseCursor(cursor)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});
