import { Copy } from 'lucide-react';
import { copyText } from '../../lib/copy-text.ts';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { showToast } from '../../ui/toast-store.ts';

/** The command that puts things right, to be copied. */
export function RemedyCommand({ command }: { readonly command: string }) {
  const { status: texts } = useFilesTexts();
  const copy = async () => {
    const isCopied = (await copyText(command)) === 'copied';
    showToast(isCopied ? { text: texts.copied } : { text: texts.copyFailed, tone: 'danger' });
  };
  return (
    <div className="py-3">
      <p className="mb-1.5 text-text-muted">{texts.remedy}</p>
      <div className="flex items-center gap-1 rounded-control border border-border bg-bg py-1 ps-3 pe-1">
        <code className="min-w-0 flex-1 text-[0.84375rem] wrap-anywhere">{command}</code>
        <IconButton
          size="small"
          label={texts.copy}
          icon={<Copy aria-hidden className="size-4" />}
          onClick={() => void copy()}
        />
      </div>
    </div>
  );
}
