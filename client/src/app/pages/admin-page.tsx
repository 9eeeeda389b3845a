import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { AgentOverview } from '../../features/admin/agent-overview.tsx';
import { AuditList } from '../../features/admin/audit-list.tsx';
import { GroupList } from '../../features/admin/group-list.tsx';
import { PolicySection } from '../../features/admin/policy-form.tsx';
import { CodeStatusSection } from '../../features/files/code-status-section.tsx';
import { useAdminTexts } from '../../lib/i18n/use-admin-texts.ts';
import { meQuery } from '../../lib/query/queries.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { Banner } from '../../ui/banner.tsx';
import { ChoiceChips } from '../../ui/choice-chips.tsx';
import { adminSections } from '../admin-sections.ts';
import { ContentPage } from '../content-page.tsx';

const views = {
  agents: AgentOverview,
  groups: GroupList,
  tools: PolicySection,
  code: CodeStatusSection,
  audit: AuditList,
} as const;

/** What admins look after; which part is in the address. */
export function AdminPage() {
  const texts = useAdminTexts();
  const { section } = useSearch({ from: '/signed-in/admin' });
  const navigate = useNavigate();
  const me = useQuery(meQuery).data;
  usePageTitle(texts.title);
  const View = views[section];
  return (
    <ContentPage title={texts.title}>
      {me !== undefined && me.role !== 'ADMIN' ? (
        <Banner tone="warning">{texts.notAllowed}</Banner>
      ) : (
        <>
          <div className="mb-6">
            <ChoiceChips
              legend={texts.sectionsLabel}
              value={section}
              options={adminSections.map((value) => ({ value, label: texts.sections[value] }))}
              onChoose={(chosen) => void navigate({ to: '/admin', search: { section: chosen }, replace: true })}
            />
          </div>
          <section aria-label={texts.sections[section]}>
            <p className="mb-4 text-text-muted">{texts[section].intro}</p>
            <View />
          </section>
        </>
      )}
    </ContentPage>
  );
}
