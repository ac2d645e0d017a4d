import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CompanyChoice, PersonRow } from '../../../shared/api/people.ts';
import { isInternal, roles } from '../../../shared/domain/roles.ts';
import classes from './People.module.css';
import { draftProblems, withRole, type PersonDraft } from './person-draft.ts';

interface Props {
  draft: PersonDraft;
  change: (draft: PersonDraft) => void;
  people: readonly PersonRow[];
  companies: readonly CompanyChoice[];
  /** Whose facts these are, who is nobody's own manager. */
  self?: string;
  /** Shows what is missing. */
  checked: boolean;
  disabled?: boolean;
  /** Own role and address are other administrators' to change. */
  own?: boolean;
}

export function PersonFields({ draft, change, people, companies, self, checked, disabled = false, own = false }: Props) {
  const { t } = useTranslation();
  const problems = draftProblems(draft);
  const problemOf = (field: keyof PersonDraft) => {
    const problem = problems[field];
    return checked && problem ? t(`people.field.${problem}`) : null;
  };
  const text = (field: 'name' | 'department' | 'phone' | 'employee_id', maxLength: number) => (
    <TextInput
      label={t(`people.field.${field}`)}
      required={field === 'name'}
      withAsterisk={false}
      // Where a dialog begins.
      data-autofocus={field === 'name' || undefined}
      maxLength={maxLength}
      disabled={disabled}
      value={draft[field]}
      onChange={(event) => change({ ...draft, [field]: event.currentTarget.value })}
      error={problemOf(field)}
    />
  );
  const managers = people.filter(({ id, role, status }) => id !== self && isInternal(role) && (status === 'active' || id === draft.direct_manager_id));
  const outside = !isInternal(draft.role);

  return (
    <div className={classes['fields']}>
      {text('name', 200)}
      <TextInput
        label={t('people.field.email')}
        type="email"
        maxLength={320}
        disabled={disabled || own}
        value={draft.email}
        onChange={(event) => change({ ...draft, email: event.currentTarget.value })}
        error={problemOf('email')}
      />
      <Select
        label={t('people.field.role')}
        allowDeselect={false}
        disabled={disabled || own}
        data={roles.map((value) => ({ value, label: t(`values.role.${value}`) }))}
        value={draft.role}
        onChange={(role) => role && change(withRole(draft, role))}
      />
      {outside && (
        <Select
          label={t('people.field.contact_id')}
          description={t('people.field.contactHint')}
          searchable
          disabled={disabled}
          data={companies.filter(({ type }) => type === draft.role).map(({ id, company_name }) => ({ value: id, label: company_name }))}
          value={draft.contact_id}
          onChange={(contact_id) => change({ ...draft, contact_id })}
          error={problemOf('contact_id')}
        />
      )}
      {text('department', 200)}
      {text('phone', 50)}
      {text('employee_id', 100)}
      <Select
        label={t('people.field.direct_manager_id')}
        placeholder={t('people.field.none')}
        searchable
        clearable
        disabled={disabled}
        data={managers.map(({ id, name }) => ({ value: id, label: name }))}
        value={draft.direct_manager_id}
        onChange={(direct_manager_id) => change({ ...draft, direct_manager_id })}
      />
    </div>
  );
}
