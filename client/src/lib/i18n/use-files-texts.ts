import { enFiles } from '../../locales/en-files.ts';
import { createTexts } from './create-texts.ts';

/** The catalog of files and of the code interpreter; apart from `Texts`, because the first page does without it. */
export type FilesTexts = typeof enFiles;

/** The words about files: `const { workspace } = useFilesTexts()`. */
export const [useFilesTexts] = createTexts('files', enFiles);
