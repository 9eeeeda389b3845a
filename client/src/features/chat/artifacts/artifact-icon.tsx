import { Atom, ChartNetwork, FileCode, FileText, Globe, Image } from 'lucide-react';
import type { ArtifactKind } from './artifact-kind.ts';

const icons = { html: Globe, svg: Image, react: Atom, markdown: FileText, mermaid: ChartNetwork, code: FileCode };

/** What kind of artifact something is, for the eye. */
export function ArtifactIcon({ kind, className }: { readonly kind: ArtifactKind; readonly className: string }) {
  const Icon = icons[kind];
  return <Icon aria-hidden className={className} />;
}
