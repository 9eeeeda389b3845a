import type { CodeRunId, ConversationId, FileId, FileRef, StoredFile, UserId } from '@parley/contracts';

/** A file on its way in. */
export interface IncomingFile {
  /** A path below the workspace; foreign text, checked here. */
  readonly name: string;
  /** Absent: by the name's ending. */
  readonly mimeType?: string | undefined;
  readonly content: AsyncIterable<Uint8Array>;
}

/** What a run left behind. */
export interface RunFiles {
  readonly runId: CodeRunId;
  readonly files: AsyncIterable<{ readonly name: string; readonly sha256: string; readonly bytes: Uint8Array }>;
}

/** A file and whether its workspace holds it. */
export interface KeptFile extends StoredFile {
  readonly isPlaced: boolean;
}

/**
 * The files of conversations, and uploads that wait for their conversation. A file never changes: one that is written
 * again under its name is another file, and the newest of a name is what the workspace holds; the others stay readable as
 * long as there is room for them. Everything is asked for by its owner; what is somebody else's is not there.
 */
export interface WorkspaceFiles {
  /**
   * Takes in an upload; without a conversation it waits for `claim`. It can be found when all of it is there. Throws
   * `file-too-large`, `workspace-full`, `invalid-request` (its name), `conversation-not-found`.
   */
  upload(
    userId: UserId,
    conversationId: ConversationId | undefined,
    file: IncomingFile,
    signal: AbortSignal,
  ): Promise<StoredFile>;
  /** Takes in several uploads as `upload` does: all of them or, when one cannot be taken, none. */
  uploadAll(
    userId: UserId,
    conversationId: ConversationId | undefined,
    files: AsyncIterable<IncomingFile> | Iterable<IncomingFile>,
    signal: AbortSignal,
  ): Promise<StoredFile[]>;
  /** What the workspace holds, by name. */
  list(userId: UserId, conversationId: ConversationId): Promise<readonly StoredFile[]>;
  /** Bytes that the workspace holds and may hold. */
  room(userId: UserId, conversationId: ConversationId): Promise<{ readonly used: number; readonly room: number }>;
  /** Throws `file-not-found`. */
  find(userId: UserId, id: FileId): Promise<StoredFile>;
  /** Like `find`, but for files of that workspace alone. */
  findIn(userId: UserId, conversationId: ConversationId, id: FileId): Promise<StoredFile>;
  /** The bytes of a file that was found, as often as they are wanted. Throws when they are gone or `signal` aborts. */
  read(file: Pick<StoredFile, 'id'>, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Harmless when it is not there. */
  remove(userId: UserId, id: FileId): Promise<void>;
  /**
   * These files, in order, as far as a conversation may have them: uploads that wait, and its own. Throws
   * `file-not-found` for any other, `workspace-full` when they do not fit together with what is there.
   */
  check(userId: UserId, conversationId: ConversationId | undefined, ids: readonly FileId[]): Promise<FileRef[]>;
  /** Puts uploads that wait into a conversation's workspace. Harmless twice; ids that cannot be had are left out. */
  claim(userId: UserId, conversationId: ConversationId, ids: readonly FileId[]): Promise<void>;
  /**
   * Keeps what a run wrote. Ids are made of run, name and bytes: what is kept again is the same file, and what another
   * attempt at the run wrote differently takes its name over. What does not fit any more is left out and told.
   */
  keepRun(
    userId: UserId,
    conversationId: ConversationId,
    run: RunFiles,
    signal: AbortSignal,
  ): Promise<{
    readonly kept: readonly StoredFile[];
    readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  }>;
  /** Takes names that a run removed out of the workspace, unless they were uploaded. Their files stay readable. */
  forget(userId: UserId, conversationId: ConversationId, names: readonly string[]): Promise<void>;
  /**
   * Gives another conversation of this person, which need not be there yet, files of its own with the content of these;
   * the newest of a name is in its workspace if that name is in this one. Returns the ids of those that could be had by
   * the ids of the originals. Harmless twice.
   */
  copy(
    userId: UserId,
    conversations: { readonly from: ConversationId; readonly to: ConversationId },
    ids: readonly FileId[],
  ): Promise<ReadonlyMap<FileId, FileId>>;
  /** Everything that is kept for a conversation of somebody's: first what its workspace does not hold any more. */
  listKept(userId: UserId, conversationId: ConversationId): Promise<readonly KeptFile[]>;
  /**
   * Keeps a file that is brought along from elsewhere under an id of the caller's; harmless twice. The conversation need
   * not be shown yet. Throws what `upload` throws, and `invalid-request` when its bytes are not those that were told.
   */
  bring(
    userId: UserId,
    conversationId: ConversationId,
    file: IncomingFile & Pick<KeptFile, 'id' | 'origin' | 'isPlaced' | 'sha256'>,
    signal: AbortSignal,
  ): Promise<StoredFile>;
  /** Removes everything of somebody's, wherever it is; what cannot be reached now is left to the sweep. */
  removePerson(userId: UserId): Promise<void>;
  /** Removes everything of a conversation. */
  removeAll(conversationId: ConversationId): Promise<void>;
}
