import type { Db } from 'mongodb';

const batchSize = 100;

interface StoredText {
  readonly _id: string;
  readonly conversationId: string;
  readonly parts: readonly { readonly text: string }[];
}

/** What a search costs without an index: regular expressions over the newest conversations, until a page is full. */
export async function searchByRegex(db: Db, userId: string, text: string, limit: number): Promise<number> {
  const patterns = text
    .split(' ')
    .filter(Boolean)
    .map((word) => new RegExp(`\\b${word}`, 'i'));
  const conversations = await db
    .collection<{ _id: string; title: string }>('conversations')
    .find({ userId, archived: false }, { projection: { title: 1 } })
    .sort({ updatedAt: -1, _id: -1 })
    .toArray();
  let found = 0;
  for (let start = 0; start < conversations.length && found < limit; start += batchSize) {
    const batch = conversations.slice(start, start + batchSize);
    const hits = await db
      .collection<StoredText>('messages')
      .find({
        conversationId: { $in: batch.map(({ _id }) => _id) },
        userId,
        $and: patterns.map((pattern) => ({ 'parts.text': pattern })),
      })
      .limit(limit)
      .toArray();
    found += hits.length + batch.filter(({ title }) => patterns.every((pattern) => pattern.test(title))).length;
  }
  return found;
}
