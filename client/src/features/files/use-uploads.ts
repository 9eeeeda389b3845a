import type { ConversationId } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { explainUpload } from '../../lib/files/explain-upload.ts';
import { uploadFile } from '../../lib/files/upload-file.ts';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { newId } from '../../lib/new-id.ts';
import { filesKey } from '../../lib/query/files-key.ts';

/** A file on its way into a workspace, or one that did not get there. */
export interface PanelUpload {
  readonly key: string;
  readonly source: File;
  /** From 0 to 1. */
  readonly share: number;
  readonly cause?: unknown;
  readonly hasFailed: boolean;
}

/** Uploads files into a workspace, one after the other, until the view goes. Those that arrived leave the list. */
export function useUploads(conversationId: ConversationId) {
  const client = useQueryClient();
  const texts = useTexts();
  const files = useFilesTexts();
  const [list, setList] = useState<readonly PanelUpload[]>([]);
  const [told, setTold] = useState('');
  const line = useRef<Promise<void>>(Promise.resolve());
  const controllers = useRef(new Map<string, AbortController>());
  useEffect(() => {
    const all = controllers.current;
    return () => {
      for (const controller of all.values()) controller.abort();
    };
  }, []);

  const change = (key: string, part: Partial<PanelUpload>) =>
    setList((held) => held.map((upload) => (upload.key === key ? { ...upload, ...part } : upload)));

  const send = async ({ key, source }: PanelUpload, signal: AbortSignal) => {
    if (signal.aborted) return;
    try {
      await uploadFile(source, { conversationId, signal, onProgress: (share) => change(key, { share }) });
      await client.invalidateQueries({ queryKey: filesKey(conversationId) });
      setList((held) => held.filter((upload) => upload.key !== key));
      setTold(files.uploaded(source.name));
    } catch (cause) {
      if (signal.aborted) return;
      change(key, { hasFailed: true, cause });
      setTold(files.notUploaded(source.name, explainUpload(cause, files, texts)));
    } finally {
      controllers.current.delete(key);
    }
  };
  const begin = (upload: PanelUpload) => {
    const controller = new AbortController();
    controllers.current.set(upload.key, controller);
    line.current = line.current.then(() => send(upload, controller.signal));
  };

  const add = (sources: readonly File[]) => {
    const added = sources.map((source): PanelUpload => ({ key: newId(), source, share: 0, hasFailed: false }));
    setList((held) => [...held, ...added]);
    for (const upload of added) begin(upload);
  };
  const retry = (upload: PanelUpload) => {
    change(upload.key, { hasFailed: false, share: 0, cause: undefined });
    begin(upload);
  };
  const remove = ({ key }: PanelUpload) => {
    controllers.current.get(key)?.abort();
    setList((held) => held.filter((upload) => upload.key !== key));
  };

  /** `told` is what to say of the upload that ended last. */
  return { list, told, add, retry, remove };
}
