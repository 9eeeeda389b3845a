import type { MessageId } from '@parley/contracts';
import type { ArtifactVersion } from './collect-artifacts.ts';
import type { ArtifactSource } from './read-artifact.ts';

/** Names, for the panel, the artifact that stands in a message. */
export function artifactKey(messageId: MessageId, { identifier, isUnnamed, text }: ArtifactSource): string {
  return [messageId, hashOf(text), isUnnamed ? 'in-message' : 'in-chat', identifier].join(' ');
}

/** The versions of the artifact with this key, oldest first, and which of them is meant. */
export function findVersions(all: readonly ArtifactVersion[], key: string) {
  const [messageId = '', hash = '', scope = '', ...words] = key.split(' ');
  const identifier = words.join(' ');
  const inMessage = all.filter((version) => version.messageId === messageId);
  // An edited one may belong to something without a name, which only its message knows.
  const opened = inMessage.filter((version) => version.identifier === identifier);
  const group = opened[0]?.group ?? (scope === 'in-chat' ? identifier : `${messageId}:${identifier}`);
  // The first line of something without a name may not have been whole when it was opened.
  const versions = all.filter((version) => version.group === group);
  const shown = versions.length > 0 ? versions : inMessage.slice(-1);
  const here = shown.filter((version) => version.messageId === messageId);
  return { versions: shown, opened: here.find(({ text }) => hashOf(text) === hash) ?? here.at(-1) ?? shown.at(-1) };
}

function hashOf(text: string): string {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return (hash >>> 0).toString(36);
}
