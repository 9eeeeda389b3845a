/** What a file is to people, as far as its name and type tell. */
export type FileKind = 'image' | 'table' | 'text' | 'code' | 'archive' | 'audio' | 'video' | 'document' | 'other';

const byEnding: Readonly<Record<string, FileKind>> = {
  ...endings('table', 'csv tsv xls xlsx ods parquet'),
  ...endings('text', 'txt md log rst text'),
  ...endings(
    'code',
    'py js mjs cjs ts tsx jsx go c h cc cpp hpp java php rs f f90 sh sql json jsonl yaml yml toml xml html css r ipynb',
  ),
  ...endings('archive', 'zip tar gz tgz bz2 xz 7z rar zst'),
  ...endings('document', 'pdf doc docx odt rtf ppt pptx odp epub'),
  ...endings('image', 'png jpg jpeg gif webp avif svg bmp tif tiff ico'),
  ...endings('audio', 'mp3 wav ogg flac m4a opus'),
  ...endings('video', 'mp4 webm mov mkv avi'),
};

/** The kind of a file, by the ending of its name, otherwise by its media type. */
export function fileKind({ name, mimeType }: { readonly name: string; readonly mimeType: string }): FileKind {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const known = name.includes('.') && Object.hasOwn(byEnding, ending) ? byEnding[ending] : undefined;
  if (known) return known;
  const [type] = mimeType.split('/');
  if (type === 'image' || type === 'audio' || type === 'video' || type === 'text') return type;
  return 'other';
}

function endings(kind: FileKind, names: string): Record<string, FileKind> {
  return Object.fromEntries(names.split(' ').map((name) => [name, kind]));
}
