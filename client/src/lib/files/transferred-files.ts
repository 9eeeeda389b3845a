/** Whether what is dragged over the page are files. */
export function hasFiles({ types }: DataTransfer): boolean {
  return types.includes('Files');
}

/** The files of something that was dropped, and how many folders came along, which cannot be read as files. */
export function droppedFiles({ items, files }: DataTransfer): { readonly files: File[]; readonly folders: number } {
  const isFolder = Array.from(items, (item) => item.kind === 'file' && item.webkitGetAsEntry?.()?.isDirectory === true);
  const ofFiles = isFolder.filter((_, index) => items[index]?.kind === 'file');
  return {
    files: Array.from(files).filter((_, index) => ofFiles[index] !== true),
    folders: isFolder.filter(Boolean).length,
  };
}
