import { type RefObject, useEffect, useRef, useState } from 'react';
import { byteSize } from '../../../../lib/files/byte-size.ts';
import { explainUpload } from '../../../../lib/files/explain-upload.ts';
import { useObjectUrl } from '../../../../lib/files/use-object-url.ts';
import { useFilesTexts } from '../../../../lib/i18n/use-files-texts.ts';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../../ui/class-names.ts';
import { FileIcon } from '../../../../ui/files/file-icon.tsx';
import { UploadActions } from '../../../../ui/files/upload-actions.tsx';
import { UploadBar } from '../../../../ui/files/upload-bar.tsx';
import { showToast } from '../../../../ui/toast-store.ts';
import type { AttachedFile } from './attached-files.ts';

const hintKey = 'parley:code-hint';

export interface AttachedListProps {
  readonly files: readonly AttachedFile[];
  readonly field: RefObject<HTMLElement | null>;
  /** The code interpreter was switched on because of them. */
  readonly turnsCodeOn: boolean;
  readonly isCodeOff: boolean;
  readonly onRetry: (file: AttachedFile) => void;
  readonly onRemove: (file: AttachedFile) => void;
}

/** The files that go with what is being written: how far each upload is, and what can be done about it. */
export function AttachedList({ files, field, turnsCodeOn, isCodeOff, onRetry, onRemove }: AttachedListProps) {
  const texts = useFilesTexts();
  const list = useRef<HTMLUListElement>(null);
  const [removed, setRemoved] = useState('');
  const told = useOutcomes(files);
  useHintOnce(turnsCodeOn ? texts.codeOn : undefined);

  const remove = (file: AttachedFile) => {
    const index = files.indexOf(file);
    const others = Array.from(list.current?.querySelectorAll<HTMLElement>('[data-remove]') ?? []);
    // What had the focus goes; its neighbour, or the field, takes it.
    (others[index + 1] ?? others[index - 1] ?? field.current)?.focus();
    setRemoved(texts.removed(file.name));
    onRemove(file);
  };

  return (
    <>
      <output className="sr-only">{told}</output>
      <output className="sr-only">{removed}</output>
      {files.length === 0 ? null : (
        <div className="px-2.5 pt-2.5">
          <ul
            ref={list}
            aria-label={texts.list}
            className="m-0 flex max-h-[30vh] list-none flex-wrap gap-2 overflow-y-auto p-0.5"
          >
            {files.map((file) => (
              <Chip key={file.key} file={file} onRetry={() => onRetry(file)} onRemove={() => remove(file)} />
            ))}
          </ul>
          {isCodeOff ? <p className="px-1 pt-1.5 text-xs text-text-muted">{texts.codeOff}</p> : null}
        </div>
      )}
    </>
  );
}

interface ChipProps {
  readonly file: AttachedFile;
  readonly onRetry: () => void;
  readonly onRemove: () => void;
}

function Chip({ file, onRetry, onRemove }: ChipProps) {
  const { name, size, state, share, cause } = file;
  const texts = useFilesTexts();
  const all = useTexts();
  const percent = Math.round(share * 100);
  const note = {
    uploading: texts.states.uploading(percent),
    waiting: texts.states.waiting,
    failed: state === 'failed' ? explainUpload(cause, texts, all) : '',
    ready: byteSize(size),
  }[state];
  return (
    <li
      className={classNames(
        'relative flex max-w-full min-w-0 items-center gap-2 overflow-hidden rounded-card border bg-bg py-1 ps-2 pe-1 text-sm sm:max-w-72',
        state === 'failed' ? 'border-danger' : 'border-border',
      )}
    >
      <Thumbnail file={file} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium" title={name}>
          {name}
        </span>
        <span
          className={classNames(
            'block text-xs',
            state === 'failed' ? 'text-danger' : 'text-text-muted',
            state === 'ready' && 'tabular-nums',
          )}
        >
          {note}
        </span>
      </span>
      <UploadActions
        name={name}
        onRetry={state === 'failed' || state === 'waiting' ? onRetry : undefined}
        onRemove={onRemove}
      />
      {state === 'uploading' ? <UploadBar label={texts.progress(name)} share={share} /> : null}
    </li>
  );
}

/** A small picture of a picture, or the icon of the file's kind. */
function Thumbnail({ file }: { readonly file: AttachedFile }) {
  const { source } = file;
  const url = useObjectUrl(source && /^image\/(png|jpeg|gif|webp|avif)$/.test(source.type) ? source : undefined);
  const [isBroken, setBroken] = useState(false);
  if (url === undefined || isBroken) return <FileIcon file={file} className="size-5 shrink-0 text-text-muted" />;
  return (
    <img
      src={url}
      alt=""
      onError={() => setBroken(true)}
      className="size-8 shrink-0 rounded-control border border-border object-cover"
    />
  );
}

/** What to say of uploads that have just ended, one way or the other. */
function useOutcomes(files: readonly AttachedFile[]): string {
  const texts = useFilesTexts();
  const all = useTexts();
  const before = useRef<ReadonlyMap<string, AttachedFile['state']>>(new Map());
  const [told, setTold] = useState('');
  useEffect(() => {
    const news = files.flatMap((file) => {
      const { key, name, state, cause, source } = file;
      if (before.current.get(key) === state || !source) return [];
      if (state === 'ready') return texts.uploaded(name);
      return state === 'failed' ? texts.notUploaded(name, explainUpload(cause, texts, all)) : [];
    });
    before.current = new Map(files.map(({ key, state }) => [key, state]));
    if (news.length > 0) setTold(news.join(' '));
  }, [files, texts, all]);
  return told;
}

/** Shows a text as a toast the first time there is one in this browser. */
function useHintOnce(text: string | undefined): void {
  useEffect(() => {
    if (text === undefined || localStorage.getItem(hintKey) !== null) return;
    try {
      localStorage.setItem(hintKey, 'shown');
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
    showToast({ text, durationMs: 10_000 });
  }, [text]);
}
