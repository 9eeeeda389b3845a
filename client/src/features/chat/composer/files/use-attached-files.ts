import type { ConversationId, DraftPlace, FileRef } from '@parley/contracts';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useStore } from 'zustand';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { showToast } from '../../../../ui/toast-store.ts';
import type { AttachedFile, AttachedFiles } from './attached-files.ts';
import type { FileWork } from './file-work.ts';

const none: readonly AttachedFile[] = [];

/** The files beside the words of a composer, and what can be done with them. */
export function useAttachedFiles(attached: AttachedFiles, conversationId: ConversationId | undefined) {
  const { chat, problem } = useTexts();
  const place: DraftPlace = conversationId ?? 'new';
  const files = useStore(attached, ({ places }) => places.get(place) ?? none);
  const canRunCode = useStore(attached, (state) => state.canRunCode);
  const hasFiles = files.length > 0;
  const work = async (act: (open: FileWork) => void) => {
    try {
      act(await attached.open());
    } catch {
      showToast({ text: problem.offline, tone: 'danger' });
    }
  };

  const before = useRef(place);
  const follow = useEffectEvent((from: DraftPlace) => void work((open) => open.move(from, place)));
  useEffect(() => {
    // A view stays the same only while its chat becomes a conversation.
    const from = before.current;
    before.current = place;
    if (from !== place && attached.getState().places.get(from)?.length) follow(from);
  }, [attached, place]);

  return {
    files,
    /** Whether something has yet to arrive before the prompt can leave. */
    isBusy: files.some(({ state }) => state === 'uploading' || state === 'waiting'),
    hasFailed: files.some(({ state }) => state === 'failed'),
    /** Whether the model can be given the means to work with them. */
    wantsCode: hasFiles && canRunCode === true,
    /** Whether code cannot be run here, so that the model gets no more than their names. */
    isCodeOff: hasFiles && canRunCode === false,
    add: (sources: readonly File[], arePasted: boolean) =>
      void work((open) => {
        const left = open.add(place, sources, arePasted);
        if (left > 0) showToast({ text: chat.composer.files.tooMany(left) });
      }),
    bring: (refs: readonly FileRef[]) => {
      if (refs.length > 0) void work((open) => open.bring(place, refs));
    },
    retry: (file: AttachedFile) => void work((open) => open.retry(file)),
    remove: (file: AttachedFile) => void work((open) => open.remove(place, file)),
  };
}
