import { CloseButton, Combobox, TextInput, useCombobox } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ContactChoice } from '../../../shared/api/contacts.ts';
import type { IntakeDraft } from '../../../shared/api/intake.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import { query } from '../../app/queries.ts';
import { insidePage } from '../../ui/theme.ts';
import classes from './Intake.module.css';

const CREATE = 'create';

function fits({ company_name, contact_name, phone, city }: ContactChoice, typed: string): boolean {
  const text = foldText([company_name, contact_name, phone, city].join('\n'));
  return foldText(typed)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

interface Props {
  draft: IntakeDraft;
  change: (patch: Partial<IntakeDraft>) => void;
  mayCreate: boolean;
  needed: boolean;
  error: string | null;
}

/** Finds a customer while the name is typed, or begins a new one. */
export function CustomerField({ draft, change, mayCreate, needed, error }: Props) {
  const { t } = useTranslation();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const typed = draft.customer.trim();
  const { data = [], isPlaceholderData } = useQuery({
    ...query('contacts.find', { search: typed.slice(0, 300), types: ['customer', 'partner'], limit: 8 }),
    placeholderData: keepPreviousData,
  });
  // Fast fingers choose before the answer is there: of the answer before, only what fits still may be chosen.
  const found = isPlaceholderData ? data.filter((contact) => fits(contact, typed)) : data;

  const choose = (contact: ContactChoice) =>
    change({ customer_id: contact.id, customer: contact.company_name, new_customer: null });
  const submit = (value: string) => {
    combobox.closeDropdown();
    const contact = found.find(({ id }) => id === value);
    if (contact) choose(contact);
    else if (value === CREATE) {
      change({ customer_id: null, customer: '', new_customer: { company_name: typed, contact_name: '', phone: '', email: '', tax_id: '' } });
    }
  };
  const options = found.map((contact) => (
    <Combobox.Option key={contact.id} value={contact.id}>
      <span className={classes['choice']}>
        <span className={classes['name']}>{contact.company_name}</span>
        <span className={classes['muted']}>{[contact.contact_name, contact.phone, contact.city].filter(Boolean).join(' · ')}</span>
      </span>
    </Combobox.Option>
  ));

  return (
    <Combobox store={combobox} onOptionSubmit={submit} portalProps={insidePage}>
      <Combobox.Target>
        <TextInput
          label={t('intake.field.customer')}
          description={mayCreate ? t('intake.customer.hint') : t('intake.customer.hintNoCreate')}
          required={needed}
          withAsterisk={needed}
          // The customer is on the phone already.
          autoFocus
          value={draft.customer}
          error={error}
          onChange={(event) => {
            change({ customer: event.currentTarget.value, customer_id: null });
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          rightSection={
            draft.customer !== '' && (
              // Tab goes on to the next field; a name is also taken away by its letters.
              <CloseButton size="sm" tabIndex={-1} aria-label={t('intake.customer.clear')} onClick={() => change({ customer: '', customer_id: null })} />
            )
          }
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={t('intake.field.customer')} mah="18rem" style={{ overflowY: 'auto' }}>
          {options}
          {typed !== '' && draft.customer_id === null && (
            <Combobox.Option value={CREATE} disabled={!mayCreate}>
              <span className={classes['create']}>
                <IconUserPlus size={16} aria-hidden />
                {mayCreate ? t('intake.customer.create', { name: typed.slice(0, 100) }) : t('intake.customer.mayNot')}
              </span>
            </Combobox.Option>
          )}
          {typed === '' && found.length === 0 && <Combobox.Empty>{t('intake.customer.none')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
