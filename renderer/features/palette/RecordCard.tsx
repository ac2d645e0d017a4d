import { Button } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { FoundRecord } from '../../../shared/api/search.ts';
import { useSession } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';
import { isInternal } from '../../../shared/domain/roles.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { setSearch } from '../projects/filters.ts';
import { showCard } from './palette-store.ts';
import classes from './Palette.module.css';

/** What is known of a record that has no page of its own. */
export function RecordCard({ record }: { record: FoundRecord }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { role } = useSession().person;
  const facts = useFacts(record);
  const showProjects = () => {
    setSearch(record.title);
    showCard(null);
    void navigate(paths.projects);
  };
  return (
    <Dialog onClose={() => showCard(null)} title={record.title}>
      <dl className={classes['facts']}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value ?? t('app.value.none')}</dd>
          </div>
        ))}
      </dl>
      {record.kind === 'contact' && isInternal(role) && (
        <Button variant="default" leftSection={<IconTable size={16} aria-hidden />} onClick={showProjects}>
          {t('shell.card.projects')}
        </Button>
      )}
    </Dialog>
  );
}

function useFacts(record: FoundRecord): [label: string, value: string | null][] {
  const { t } = useTranslation();
  switch (record.kind) {
    case 'project':
      return [[t('values.column.project_id'), record.code]];
    case 'document':
      return [[t('shell.card.file'), record.code]];
    case 'contact':
      return [
        [t('values.column.type'), t(`shell.contactType.${record.type}`)],
        [t('values.column.tax_id'), record.code],
        [t('values.column.contact_name'), record.contact_name],
        [t('values.column.email'), record.email],
        [t('values.column.phone'), record.phone],
      ];
    case 'person':
      return [
        [t('shell.card.role'), t(`values.role.${record.role}`)],
        [t('shell.card.department'), record.department],
        [t('values.column.email'), record.email],
        [t('values.column.phone'), record.phone],
      ];
  }
}
