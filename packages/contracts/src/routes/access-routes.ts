import * as z from 'zod/mini';
import {
  accessGrantSchema,
  accessRoleSchema,
  groupSchema,
  namedPrincipalSchema,
  principalSchema,
  sharedTypeSchema,
} from '../entities/access.ts';
import { groupIdSchema, userIdSchema } from '../entities/ids.ts';
import { withoutDeception } from '../entities/visible-name.ts';
import { defineRoute } from './route.ts';

const shared = z.object({ type: sharedTypeSchema, id: z.string().check(z.maxLength(100)) });
const group = z.object({ id: groupIdSchema });
const groupBody = z.object({
  name: z.string().check(z.trim(), z.minLength(1, 'Please enter a name'), z.maxLength(100), withoutDeception()),
  memberIds: z.array(userIdSchema).check(z.maxLength(5_000)),
});

/** Who may do what with shared things, and the groups of an install. */
export const accessRoutes = {
  grants: defineRoute({
    id: 'listGrants',
    summary: 'Whom something is shared with. For its owners.',
    method: 'GET',
    path: '/api/permissions/:type/:id',
    access: 'user',
    status: 200,
    params: shared,
    response: z.object({ grants: z.array(accessGrantSchema) }),
  }),
  share: defineRoute({
    id: 'share',
    summary:
      'Share something with exactly these people, groups and roles. For its owners; one of them has to stay owner.',
    method: 'PUT',
    path: '/api/permissions/:type/:id',
    access: 'user',
    status: 200,
    params: shared,
    body: z.object({
      grants: z.array(z.object({ principal: principalSchema, role: accessRoleSchema })).check(z.maxLength(500)),
    }),
    response: z.object({ grants: z.array(accessGrantSchema) }),
  }),
  principals: defineRoute({
    id: 'findPrincipals',
    summary: 'People, groups and roles whose name or address begins like that, for sharing.',
    method: 'GET',
    path: '/api/principals',
    access: 'user',
    status: 200,
    query: z.object({ query: z._default(z.string().check(z.maxLength(100)), '') }),
    response: z.object({ items: z.array(namedPrincipalSchema) }),
  }),
  groups: defineRoute({
    id: 'listGroups',
    summary: 'All groups with their members. For admins.',
    method: 'GET',
    path: '/api/groups',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(groupSchema) }),
  }),
  createGroup: defineRoute({
    id: 'createGroup',
    summary: 'Make a group. For admins.',
    method: 'POST',
    path: '/api/groups',
    access: 'user',
    status: 201,
    body: groupBody,
    response: groupSchema,
  }),
  updateGroup: defineRoute({
    id: 'updateGroup',
    summary: 'Rename a group and set its members. For admins.',
    method: 'PUT',
    path: '/api/groups/:id',
    access: 'user',
    status: 200,
    params: group,
    body: groupBody,
    response: groupSchema,
  }),
  removeGroup: defineRoute({
    id: 'deleteGroup',
    summary: 'Remove a group; what was shared with it is not any more. For admins.',
    method: 'DELETE',
    path: '/api/groups/:id',
    access: 'user',
    status: 204,
    params: group,
  }),
} as const;
