/** How far an upload is, as a thin line at the bottom of what it belongs to. `share` is from 0 to 1. */
export function UploadBar({ label, share }: { readonly label: string; readonly share: number }) {
  return (
    <>
      {/* Read out, while the bar beside it is drawn: browsers style a progress element each in a way of its own. */}
      <progress aria-label={label} max={100} value={Math.round(share * 100)} className="sr-only" />
      <span aria-hidden className="absolute inset-x-0 bottom-0 h-0.5 bg-selected">
        <span
          className="block size-full origin-left bg-accent transition-transform rtl:origin-right"
          style={{ transform: `scaleX(${String(Math.max(0.04, share))})` }}
        />
      </span>
    </>
  );
}
