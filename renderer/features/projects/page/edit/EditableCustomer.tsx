import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectPage } from '../../../../../shared/api/projects.ts';
import { query } from '../../../../app/queries.ts';
import { factAnchor } from '../fact-anchor.ts';
import { EditableChoice } from './EditableChoice.tsx';
import { useFact } from './use-fact.ts';

export function EditableCustomer({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const fact = useFact(page, 'customer_id');
  const [search, setSearch] = useState<string | null>(null);
  const { data = [] } = useQuery({
    ...query('project.customers', { search: (search ?? '').slice(0, 200) }),
    enabled: search !== null,
    placeholderData: keepPreviousData,
  });
  return (
    <EditableChoice
      id={factAnchor('customer_id')}
      fact={fact}
      label={t('projects.page.customer')}
      shown={page.project.customer_name}
      choices={data.map(({ id, company_name, city }) => ({ value: id, label: city ? `${company_name} · ${city}` : company_name }))}
      onSearch={setSearch}
      nothingFound={t('project.choice.noCustomer')}
    />
  );
}
