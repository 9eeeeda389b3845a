import { conversationRoutes, projectRoutes } from '@parley/contracts';
import type { ConversationId, Project, ProjectId, RouteArguments } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { placeConversation } from '../../lib/query/conversation-cache.ts';
import { followOrder } from '../../lib/query/follow-order.ts';
import { showToast } from '../../ui/toast-store.ts';

type ProjectBody = RouteArguments<typeof projectRoutes.create>['body'];
type ProjectPatch = RouteArguments<typeof projectRoutes.update>['body'];

/** What can be done to projects; a failure is told in words. */
export function useProjectActions() {
  const client = useQueryClient();
  const texts = useTexts();
  const { projects, move } = useOrderTexts();
  const fail = (sentence: string, error: unknown) =>
    showToast({ tone: 'danger', text: `${sentence} ${explainError(error, texts)}` });

  return {
    /** The project, unless it could not be created. */
    create: async (body: ProjectBody): Promise<Project | undefined> => {
      try {
        const project = await call(projectRoutes.create, { body });
        followOrder(client, { type: 'project-changed', project });
        return project;
      } catch (error) {
        fail(projects.createFailed, error);
        return undefined;
      }
    },

    /** Whether it worked. */
    update: async (id: ProjectId, body: ProjectPatch): Promise<boolean> => {
      try {
        const project = await call(projectRoutes.update, { params: { id }, body });
        followOrder(client, { type: 'project-changed', project });
        return true;
      } catch (error) {
        fail(projects.saveFailed, error);
        return false;
      }
    },

    remove: async (id: ProjectId): Promise<boolean> => {
      try {
        await call(projectRoutes.remove, { params: { id } });
        followOrder(client, { type: 'project-removed', projectId: id });
        showToast({ text: projects.deleted });
        return true;
      } catch (error) {
        fail(projects.deleteFailed, error);
        return false;
      }
    },

    /** Moves a conversation into a project, or out of the one it is in. */
    file: async (id: ConversationId, projectId: ProjectId | null): Promise<void> => {
      try {
        placeConversation(client, await call(conversationRoutes.update, { params: { id }, body: { projectId } }));
      } catch (error) {
        fail(move.failed, error);
      }
    },
  };
}
