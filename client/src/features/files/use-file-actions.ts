import { codeRoutes } from '@parley/contracts';
import type { ConversationId, FileId, StoredFile } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { readFile } from '../../lib/files/read-file.ts';
import { saveFile } from '../../lib/files/save-file.ts';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { filesQuery } from '../../lib/query/code-queries.ts';

/** Downloading and deleting files of a workspace, and what there is to say of it. */
export function useFileActions(conversationId: ConversationId) {
  const client = useQueryClient();
  const texts = useTexts();
  const { workspace, downloadFailed } = useFilesTexts();
  const [busy, setBusy] = useState<FileId>();
  const [told, setTold] = useState('');
  const [failure, setFailure] = useState<string>();

  const attempt = async (id: FileId, sentence: string, work: () => Promise<void>) => {
    setBusy(id);
    setFailure(undefined);
    try {
      await work();
    } catch (error) {
      setFailure(`${sentence} ${explainError(error, texts)}`);
    } finally {
      setBusy(undefined);
    }
  };

  return {
    busy,
    told,
    failure,
    download: ({ id, name }: StoredFile) => attempt(id, downloadFailed, async () => saveFile(await readFile(id), name)),
    remove: ({ id, name, size }: StoredFile) =>
      attempt(id, workspace.deleteFailed, async () => {
        await call(codeRoutes.removeFile, { params: { id } });
        const { queryKey } = filesQuery(conversationId);
        client.setQueryData(
          queryKey,
          (held) =>
            held && {
              ...held,
              items: held.items.filter((file) => file.id !== id),
              used: Math.max(0, held.used - size),
            },
        );
        void client.invalidateQueries({ queryKey });
        setTold(workspace.deleted(name));
      }),
  };
}
