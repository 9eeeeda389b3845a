import {
  File,
  FileArchive,
  FileAudio,
  FileCode,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideo,
  type LucideIcon,
} from 'lucide-react';
import { type FileKind, fileKind } from '../../lib/files/file-kind.ts';

const icons: Record<FileKind, LucideIcon> = {
  image: FileImage,
  table: FileSpreadsheet,
  text: FileText,
  code: FileCode,
  archive: FileArchive,
  audio: FileAudio,
  video: FileVideo,
  document: FileText,
  other: File,
};

/** The icon of a file's kind; decoration beside its name. */
export function FileIcon({
  file,
  className,
}: {
  readonly file: Parameters<typeof fileKind>[0];
  readonly className?: string;
}) {
  const Icon = icons[fileKind(file)];
  return <Icon aria-hidden className={className ?? 'size-4 shrink-0 text-text-muted'} />;
}
