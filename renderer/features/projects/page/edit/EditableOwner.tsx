import { useTranslation } from 'react-i18next';
import type { ProjectPage } from '../../../../../shared/api/projects.ts';
import { EditableChoice } from './EditableChoice.tsx';
import classes from './Edit.module.css';
import { useFact } from './use-fact.ts';
import { usePeopleChoices } from './use-people-choices.ts';

/** Whoever has the project, given by a manager or handed over by themselves; others read why they can't. */
export function EditableOwner({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const fact = useFact(page, 'assigned_to');
  const { choices, setSearch } = usePeopleChoices();
  return (
    <span className={classes['value']}>
      <EditableChoice
        fact={{ ...fact, canEdit: page.can_assign }}
        label={t('projects.page.owner')}
        shown={page.project.assigned_name}
        choices={choices}
        onSearch={setSearch}
        nothingFound={t('project.choice.nothing')}
      />
      {page.can_edit && !page.can_assign && <span className={classes['notes']}>{t('project.assignHint')}</span>}
    </span>
  );
}
