import type { ReactNode } from 'react';
import { classNames } from '../../../../ui/class-names.ts';

/** Longer lines are no table that has to stay in shape: they are wrapped. */
const longLine = 160;

/** Foreign text as it is: each line has its own direction, and tables that are made of spaces keep their shape. `children` is the same text in colours. */
export function PlainText({ text, children = text }: { readonly text: string; readonly children?: ReactNode }) {
  const isWrapped = text.split('\n').some((line) => line.length > longLine);
  return (
    <div
      dir="ltr"
      translate="no"
      className={classNames(
        'font-mono text-[0.8125rem]/5 text-text [font-variant-ligatures:none] [tab-size:4] [unicode-bidi:plaintext]',
        isWrapped ? 'wrap-anywhere whitespace-pre-wrap' : 'w-max min-w-full whitespace-pre',
      )}
    >
      {children}
    </div>
  );
}
