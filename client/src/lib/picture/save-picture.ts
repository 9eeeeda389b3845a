import { showToast } from '../../ui/toast-store.ts';
import { saveFile } from '../files/save-file.ts';
import { readAccountDataTexts } from '../i18n/use-account-data-texts.ts';
import { makePicture } from './make-picture.ts';

/** Saves what an element shows as a PNG, and says how that went. */
export async function savePicture(element: HTMLElement, name: string): Promise<void> {
  const { print } = readAccountDataTexts();
  const picture = await makePicture(element, print.placeholder);
  if (picture === 'too-long') showToast({ tone: 'danger', text: print.pictureTooLong });
  else if (picture === 'failed') showToast({ tone: 'danger', text: print.pictureFailed });
  else {
    saveFile(picture, `${name.replaceAll(/[/\\:*?"<>|\p{Cc}]/gu, ' ').slice(0, 100)}.png`);
    showToast({ text: print.pictureSaved });
  }
}
