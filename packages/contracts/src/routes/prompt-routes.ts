import * as z from 'zod/mini';
import { promptGroupIdSchema } from '../entities/ids.ts';
import {
  promptCardSchema,
  promptGroupSchema,
  promptTextSchema,
  promptVersionSchema,
} from '../entities/prompt-group.ts';
import { defineRoute } from './route.ts';

/** Most prompts of the library that one person sees. */
export const mostPrompts = 1_000;

const params = z.object({ id: promptGroupIdSchema });
const withText = z.object({ prompt: promptGroupSchema, text: z.string() });
const version = z.int().check(z.positive());

/** The prompt library: those of your own and those that others share with you. */
export const promptRoutes = {
  list: defineRoute({
    id: 'listPrompts',
    summary: 'The prompts you may use, by name, without their texts.',
    method: 'GET',
    path: '/api/prompts',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(promptGroupSchema) }),
  }),
  create: defineRoute({
    id: 'createPrompt',
    summary: 'Add a prompt to the library; you are its owner. 409 when another prompt of yours has its command.',
    method: 'POST',
    path: '/api/prompts',
    access: 'user',
    status: 201,
    body: z.extend(promptCardSchema, { text: promptTextSchema }),
    response: withText,
  }),
  get: defineRoute({
    id: 'getPrompt',
    summary: 'One prompt with the text that is used.',
    method: 'GET',
    path: '/api/prompts/:id',
    access: 'user',
    status: 200,
    params,
    response: withText,
  }),
  update: defineRoute({
    id: 'updatePrompt',
    summary: 'Change what a prompt is called and how it is found. For its editors.',
    method: 'PUT',
    path: '/api/prompts/:id',
    access: 'user',
    status: 200,
    params,
    body: promptCardSchema,
    response: promptGroupSchema,
  }),
  remove: defineRoute({
    id: 'deletePrompt',
    summary: 'Delete a prompt with all its versions. For its owners.',
    method: 'DELETE',
    path: '/api/prompts/:id',
    access: 'user',
    status: 204,
    params,
  }),
  versions: defineRoute({
    id: 'listPromptVersions',
    summary: 'The versions of a prompt, newest first. For its editors.',
    method: 'GET',
    path: '/api/prompts/:id/versions',
    access: 'user',
    status: 200,
    params,
    response: z.object({ items: z.array(promptVersionSchema) }),
  }),
  addVersion: defineRoute({
    id: 'addPromptVersion',
    summary: 'Save the version after `baseVersion`; 409 when that is not the newest. For its editors.',
    method: 'POST',
    path: '/api/prompts/:id/versions',
    access: 'user',
    status: 201,
    params,
    body: z.object({
      baseVersion: version,
      text: promptTextSchema,
      /** It is what people use from now on. */
      production: z.boolean(),
    }),
    response: promptGroupSchema,
  }),
  setProduction: defineRoute({
    id: 'setPromptProduction',
    summary: 'Choose the version that people use. For its editors.',
    method: 'PUT',
    path: '/api/prompts/:id/production',
    access: 'user',
    status: 200,
    params,
    body: z.object({ version }),
    response: promptGroupSchema,
  }),
  countUse: defineRoute({
    id: 'countPromptUse',
    summary: 'Count one more use of a prompt.',
    method: 'POST',
    path: '/api/prompts/:id/uses',
    access: 'user',
    status: 204,
    params,
  }),
} as const;
