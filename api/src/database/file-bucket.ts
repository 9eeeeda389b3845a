import type { Readable, Writable } from 'node:stream';
import mongoose from 'mongoose';
import type { Connection } from 'mongoose';

/** Bytes in the database, by UUIDs. */
export interface FileBucket {
  /** They are there when it has finished. */
  openUpload(key: string): Writable;
  /** Whether all of them are there. */
  has(key: string): Promise<boolean>;
  openDownload(key: string): Readable;
  /** Also what an upload has left that did not finish. Harmless when nothing is there. */
  remove(key: string): Promise<void>;
}

/** GridFS, in the `file_contents.files` and `file_contents.chunks` collections. */
export function createFileBucket(connection: Connection): FileBucket {
  if (connection.db === undefined) throw new Error('The database is not connected.');
  const bucket = new mongoose.mongo.GridFSBucket(connection.db, { bucketName: 'file_contents' });
  const has = async (key: string): Promise<boolean> => (await bucket.find({ _id: idOf(key) }).toArray()).length > 0;

  return {
    openUpload: (key) => bucket.openUploadStreamWithId(idOf(key), key),
    has,
    openDownload: (key) => bucket.openDownloadStream(idOf(key)),
    async remove(key) {
      try {
        await bucket.delete(idOf(key));
      } catch (error) {
        // It complains about what was never completed, after it has removed the chunks of that.
        if (!(error instanceof mongoose.mongo.MongoRuntimeError) || (await has(key))) throw error;
      }
    },
  };
}

/** The driver wants ids of its own kind, which are shorter than a UUID. */
function idOf(key: string): mongoose.mongo.ObjectId {
  return new mongoose.mongo.ObjectId(key.replaceAll('-', '').slice(0, 24));
}
