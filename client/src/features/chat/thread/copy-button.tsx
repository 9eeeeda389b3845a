import { Check, Copy } from 'lucide-react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { IconButton } from '../../../ui/icon-button.tsx';

export interface CopyButtonProps {
  readonly label: string;
  readonly copied: boolean;
  readonly onCopy: () => void;
}

/** Copies, and says so for a moment. */
export function CopyButton({ label, copied, onCopy }: CopyButtonProps) {
  const { chat } = useTexts();
  return (
    <>
      <IconButton
        size="small"
        label={label}
        tooltip={copied ? chat.turn.copied : chat.turn.copy}
        icon={copied ? <Check aria-hidden className="size-4 text-success" /> : <Copy aria-hidden className="size-4" />}
        onClick={onCopy}
      />
      <output className="sr-only">{copied ? chat.turn.copied : null}</output>
    </>
  );
}
