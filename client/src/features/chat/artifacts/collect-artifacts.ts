import type { Message, MessageId, MessagePart } from '@parley/contracts';
import { emptyDocument, extendDocument, settleDocument } from '../../../ui/markdown/document/markdown-document.ts';
import type { MarkdownDocument } from '../../../ui/markdown/document/markdown-document.ts';
import type { ArtifactNode, BlockNode, CodeNode } from '../../../ui/markdown/document/nodes.ts';
import { joinTexts } from '../parts/join-texts.ts';
import { type ArtifactSource, readArtifact } from './read-artifact.ts';

/** One version of an artifact, where it was written. */
export interface ArtifactVersion extends ArtifactSource {
  /** Unlike any other version's in its conversation, and the same for as long as its message is not changed. */
  readonly key: string;
  /** What its versions have in common. */
  readonly group: string;
  readonly messageId: MessageId;
  /** Where it stands in the message; absent inside other things, where it cannot be replaced. */
  readonly place?: ArtifactPlace;
}

export interface ArtifactPlace {
  /** Index of the part of the message. */
  readonly part: number;
  /** The part's text as it is stored. */
  readonly was: string;
  /** The same with normalised line ends, and the block of it that the artifact is. */
  readonly text: string;
  readonly offset: number;
  readonly length: number;
}

/** Finds the artifacts of messages. Those of a message that stays the same are found once; a growing text is read on. */
export function createArtifactCollector(): (message: Message) => readonly ArtifactVersion[] {
  const known = new WeakMap<Message, readonly ArtifactVersion[]>();
  const growing = new Map<string, MarkdownDocument>();
  function read(message: Message, text: string, name: string): MarkdownDocument {
    if (message.status !== 'running') return settleDocument(emptyDocument, text);
    const key = `${message.id} ${name}`;
    const document = extendDocument(growing.get(key) ?? emptyDocument, text);
    // Only what is written now is read on.
    if (!growing.has(key)) growing.clear();
    growing.set(key, document);
    return document;
  }
  return (message) => {
    const held = known.get(message);
    if (held) return held;
    const found = grouped(message.role === 'assistant' ? artifactsOf(message, read) : []);
    known.set(message, found);
    return found;
  };
}

type Reader = (message: Message, text: string, name: string) => MarkdownDocument;

function artifactsOf(message: Message, read: Reader): ArtifactVersion[] {
  // What goes on from another answer is shown as one text, of which no part can be changed.
  const texts = message.continues === undefined ? textsOf(message.parts) : textsOf(joinTexts(message.parts), '+');
  return texts.flatMap(({ text, name, part }) => {
    if (!/```|~~~|:::artifact/.test(text)) return [];
    const normalised = text.replaceAll(/\r\n?/g, '\n');
    return read(message, text, name).blocks.flatMap((block) =>
      block.nodes.flatMap(fencesIn).flatMap((node, index) => {
        const source = readArtifact(node);
        if (source === undefined) return [];
        const isWhole = part !== undefined && block.nodes.includes(node);
        const place = {
          part: part ?? 0,
          was: text,
          text: normalised,
          offset: block.key,
          length: block.raw.trimEnd().length,
        };
        return [
          {
            ...source,
            key: [message.id, name, block.key, index].join('/'),
            group: source.isUnnamed ? `${message.id}:${source.identifier}` : source.identifier,
            messageId: message.id,
            ...(isWhole ? { place } : {}),
          },
        ];
      }),
    );
  });
}

/** What a person made of something without a name belongs to that, in the same message. */
function grouped(found: readonly ArtifactVersion[]): readonly ArtifactVersion[] {
  const groups = new Set(found.map(({ group }) => group));
  return found.map((version) => {
    const local = `${version.messageId}:${version.identifier}`;
    return version.isEdited && groups.has(local) ? { ...version, group: local } : version;
  });
}

interface FoundText {
  readonly text: string;
  readonly name: string;
  /** Absent inside a sub-agent's run. */
  readonly part?: number;
}

function textsOf(parts: readonly MessagePart[], prefix = ''): FoundText[] {
  return parts.flatMap((part, index) => {
    const name = `${prefix}${String(index)}`;
    if (part.type === 'text') return [{ text: part.text, name, ...(prefix === '' ? { part: index } : {}) }];
    return part.type === 'tool-call' && part.run ? textsOf(part.run.parts, `${name}.`) : [];
  });
}

function fencesIn(node: BlockNode): (ArtifactNode | CodeNode)[] {
  switch (node.type) {
    case 'artifact':
    case 'code':
      return [node];
    case 'quote':
      return node.children.flatMap(fencesIn);
    case 'list':
      return node.items.flatMap(({ children }) => children.flatMap(fencesIn));
    default:
      return [];
  }
}
