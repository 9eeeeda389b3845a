import * as z from 'zod/mini';
import type { McpPrompt } from '../core/mcp-prompt.ts';
import type { McpResource, McpResourceTemplate } from '../core/mcp-resource.ts';
import type { RawList } from './list-pages.ts';

const described = {
  name: z.string(),
  title: z.optional(z.string()),
  description: z.optional(z.string()),
};
const resourceShape = z.object({
  ...described,
  uri: z.string(),
  mimeType: z.optional(z.string()),
  size: z.optional(z.number()),
});
const templateShape = z.object({ ...described, uriTemplate: z.string(), mimeType: z.optional(z.string()) });
const promptShape = z.object({
  ...described,
  arguments: z.optional(
    z.array(z.object({ name: z.string(), description: z.optional(z.string()), required: z.optional(z.boolean()) })),
  ),
});

/** The resources that are described validly. */
export function readResources({ entries }: RawList): readonly McpResource[] {
  return entries.flatMap((entry) => {
    const parsed = resourceShape.safeParse(entry);
    if (!parsed.success) return [];
    const { uri, mimeType, size } = parsed.data;
    return [
      {
        uri,
        ...words(parsed.data),
        ...(mimeType !== undefined && { mimeType }),
        ...(size !== undefined && { size }),
      },
    ];
  });
}

/** The templates that are described validly. */
export function readTemplates({ entries }: RawList): readonly McpResourceTemplate[] {
  return entries.flatMap((entry) => {
    const parsed = templateShape.safeParse(entry);
    if (!parsed.success) return [];
    const { uriTemplate, mimeType } = parsed.data;
    return [{ uriTemplate, ...words(parsed.data), ...(mimeType !== undefined && { mimeType }) }];
  });
}

/** The prompts that are described validly. */
export function readPrompts({ entries }: RawList): readonly McpPrompt[] {
  return entries.flatMap((entry) => {
    const parsed = promptShape.safeParse(entry);
    if (!parsed.success) return [];
    const taken = (parsed.data.arguments ?? []).map(({ name, description, required }) => ({
      name,
      required: required === true,
      ...(description !== undefined && { description }),
    }));
    return [{ ...words(parsed.data), arguments: taken }];
  });
}

interface Words {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
}

function words({ name, title, description }: Words): { name: string; title?: string; description?: string } {
  return {
    name,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
  };
}
